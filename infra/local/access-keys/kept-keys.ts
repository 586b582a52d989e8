import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { readPolicy } from '../../policy/policy.ts';
import { type AccessKey, type FindKey, userKey } from '../aws/access/access-key.ts';
import { writeSecret } from '../home.ts';
import { makeFolder } from '../make-folder.ts';

const KEY = z.object({
  /** Of whom it is; also the access key id. */
  name: z.string(),
  /** As it is: a signature is checked with the secret itself, so no hash would do. */
  secret: z.string(),
  created: z.string(),
  /** RFC 3339. Without it the key holds until it is removed. */
  expires: z.optional(z.string()),
  /** What its holder may do: a policy document of IAM. */
  policy: z.unknown(),
});
const FILE = z.object({ keys: z.array(KEY) });

export type KeptKey = Readonly<z.infer<typeof KEY>>;

/** The keys beside the first user's. Throws an Error when their file is damaged. */
export function readKeys(home: string): readonly KeptKey[] {
  const file = fileOf(home);
  if (!existsSync(file)) return [];
  try {
    return FILE.parse(JSON.parse(readFileSync(file, 'utf8'))).keys;
  } catch (error) {
    throw new Error(`${file} is damaged: mend it, or remove it and make the keys anew`, { cause: error });
  }
}

/** Changes the keys on disk; of two changes at once the second waits for the first, 5 s at most. Runs beside a started Darkroom. */
export function changeKeys(home: string, change: (keys: readonly KeptKey[]) => readonly KeptKey[]): void {
  makeFolder(home);
  const lock = new DatabaseSync(join(home, 'access-keys.lock'), { timeout: 5000 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    writeSecret(fileOf(home), `${JSON.stringify({ keys: change(readKeys(home)) }, undefined, 2)}\n`);
  } finally {
    lock.close();
  }
}

/**
 * Finds keys as they are on disk now, so that a key that is made or removed counts from the next call on. One that has expired is none.
 */
export function keptKeys(home: string, { accountId, now }: KeptKeysOptions): FindKey {
  let seen = { state: '', keys: new Map<string, Found>() };
  return (id) => {
    const state = stateOf(fileOf(home));
    if (state !== seen.state) seen = { state, keys: readAll(home, accountId) };
    const found = seen.keys.get(id);
    return found && now() < found.expiresMs ? found.key : undefined;
  };
}

export interface KeptKeysOptions {
  readonly accountId: string;
  readonly now: () => number;
}

interface Found {
  readonly key: AccessKey;
  readonly expiresMs: number;
}

function readAll(home: string, accountId: string): Map<string, Found> {
  return new Map(
    readKeys(home).map(({ name, secret, expires, policy }) => {
      const key = userKey(name, { accountId, secret, policy: readPolicy(policy, 'identity') });
      return [
        name,
        { key, expiresMs: expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires) },
      ];
    }),
  );
}

function fileOf(home: string): string {
  return join(home, 'access-keys.json');
}

/** Differs after each change: the file is replaced as a whole. */
function stateOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}
