import { readFileSync } from 'node:fs';
import { readPolicy } from '../../policy/policy.ts';
import { GRANT_NAMES, grantPolicy, readPlace } from './grants.ts';

/** A command that is not understood. */
export class UsageError extends Error {}

/** What clients and files carry as it is, and what nobody else is called. */
export function checkName(name: string, firstUser: string): void {
  if (!/^[\w@][\w.@-]{0,63}$/.test(name)) {
    throw new UsageError(`NAME takes 1 to 64 letters, digits, and . @ _ -, not ${JSON.stringify(name)}`);
  }
  if (name === firstUser) throw new UsageError(`${name} is the first user, who may do all`);
  if (name.startsWith('darkroom-'))
    throw new UsageError('Names that begin with darkroom- are the functions’');
}

export type AddOptions = { readonly [name in (typeof GRANT_NAMES)[number]]: readonly string[] } & {
  readonly policy?: string;
};

/** The document of what is granted, or the one that a file holds. */
export function readPolicyOf(options: AddOptions): unknown {
  try {
    return policyOf(options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function policyOf(options: AddOptions): unknown {
  const isGranted = GRANT_NAMES.some((name) => options[name].length > 0);
  if (isGranted === (options.policy !== undefined)) {
    throw new Error('Say what the key may do: some of --read, --write, --list and --delete, or a --policy');
  }
  if (options.policy !== undefined) return readDocument(options.policy);
  return grantPolicy({
    read: options.read.map(readPlace),
    write: options.write.map(readPlace),
    list: options.list.map(readPlace),
    delete: options.delete.map(readPlace),
  });
}

/** As it is, if it can be enforced. */
function readDocument(file: string): unknown {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  readPolicy(document, 'identity');
  return document;
}

/** As RFC 3339. A day begins in UTC. */
export function readExpiry(text: string, now: number): string {
  const time = /^\d{4}-\d\d-\d\d(T.+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`--expires takes a day such as 2027-01-01, not ${JSON.stringify(text)}`);
  if (time <= now) throw new UsageError(`${text} is over`);
  return new Date(time).toISOString();
}
