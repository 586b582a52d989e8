import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The state folder and the first user, as the last start left them or as this one made them. */
export interface Home {
  readonly path: string;
  readonly user: string;
  readonly password: string;
  /** True when this start made the password. */
  readonly isNew: boolean;
}

/**
 * Opens the state folder (mode 0700) and the first user's credentials in it. User and password that are given win over those that
 * are kept. Copyable lines take them from `netrc` and `credentials` (mode 0600), so that they hold no secret.
 */
export function openHome(
  path: string,
  given: { readonly user?: string | undefined; readonly password?: string | undefined },
): Home {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  const secretFile = secretFileOf(path);
  const kept = readKept(secretFile);
  const user = firstUserOf(path, given.user);
  const password = given.password ?? kept?.password ?? randomBytes(18).toString('base64url');
  check(user, password);
  writeSecret(secretFile, JSON.stringify({ user, password }));
  return { path, user, password, isNew: kept === undefined && given.password === undefined };
}

/** The files that curl (`--netrc-file`) and AWS clients (`AWS_SHARED_CREDENTIALS_FILE`) read. */
export function writeClientFiles(
  { path, user, password }: Home,
  { hosts, region }: { readonly hosts: readonly string[]; readonly region: string },
): void {
  const netrc = hosts.map((host) => `machine ${host} login ${user} password ${password}\n`).join('');
  writeSecret(join(path, 'netrc'), netrc);
  const credentials = `[default]\naws_access_key_id = ${user}\naws_secret_access_key = ${password}\nregion = ${region}\n`;
  writeSecret(join(path, 'credentials'), credentials);
}

/** The name that is given wins over the one that is kept. */
export function firstUserOf(path: string, given: string | undefined): string {
  return given ?? readKept(secretFileOf(path))?.user ?? 'darkroom';
}

export function secretFileOf(path: string): string {
  return join(path, 'secret.json');
}

/** What a netrc, an AWS credentials file and a Basic header all carry as it is. */
function check(user: string, password: string): void {
  if (!/^[\w.@-]{1,64}$/.test(user)) {
    throw new Error(`DARKROOM_USER takes 1 to 64 letters, digits, and . @ _ -, not ${JSON.stringify(user)}`);
  }
  if (!/^[\x21-\x7e]{8,128}$/.test(password)) {
    throw new Error('DARKROOM_PASSWORD takes 8 to 128 printable ASCII characters without spaces');
  }
}

function readKept(file: string): { readonly user: string; readonly password: string } | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is damaged: remove it, and a new password is made, or set DARKROOM_PASSWORD`, {
      cause: error,
    });
  }
}

/** Mode 0600. Written beside and renamed, so that a reader and a crash meet the old file or the new one. */
export function writeSecret(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}
