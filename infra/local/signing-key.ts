import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the key that signs URLs, unless the state folder has one. Renamed to `signing-key.previous`, it still counts and a new one signs. */
export function ensureSigningKey(home: string): void {
  const file = join(home, 'signing-key');
  if (existsSync(file)) return;
  const draft = `${file}.draft`;
  writeFileSync(draft, randomBytes(48).toString('base64url'), { mode: 0o600 });
  renameSync(draft, file);
}
