import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';

const firstUser = z.object({
  user: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

export type FirstUser = z.infer<typeof firstUser>;

/**
 * The first user's credentials, from where the setting SECRET says: `arn:…` of a Secrets Manager secret or `file:…` on one
 * machine. Both hold JSON, `{"user","password"}`. Throws an Error that never quotes what it read.
 */
export async function loadFirstUser(location: string): Promise<FirstUser> {
  const parsed = firstUser.safeParse(parseJson((await read(location, 'current')) ?? ''));
  if (!parsed.success) throw new Error(`The secret at ${location} is not JSON with "user" and "password"`);
  return parsed.data;
}

/** Least length of a key that signs: 128 bits in any common writing. */
const MIN_KEY = 22;

/**
 * The keys that sign URLs, from where the setting SIGNING_SECRET says: the secret's current value and the one before it, as Secrets
 * Manager keeps them (AWSCURRENT, AWSPREVIOUS); on one machine a file, and the same with `.previous` behind its name.
 */
export async function loadSigningKeys(
  location: string,
): Promise<{ readonly current: string; readonly previous: string | undefined }> {
  const [current, previous] = await Promise.all([read(location, 'current'), read(location, 'previous')]);
  // A previous one that is empty or cut short would let anybody sign.
  if (current === undefined || [current, previous ?? current].some(({ length }) => length < MIN_KEY))
    throw new Error(`The secret at ${location} is no key: it takes ${MIN_KEY} characters or more`);
  return { current, previous };
}

type Age = 'current' | 'previous';

async function read(location: string, age: Age): Promise<string | undefined> {
  return location.startsWith('file:')
    ? fromFile(location.slice('file:'.length) + (age === 'previous' ? '.previous' : ''), age)
    : fromManager(location, age);
}

async function fromFile(path: string, age: Age): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (age === 'previous' && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The SDK is read only where there is a Secrets Manager. */
async function fromManager(arn: string, age: Age): Promise<string | undefined> {
  const { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const VersionStage = age === 'current' ? 'AWSCURRENT' : 'AWSPREVIOUS';
  try {
    const get = new GetSecretValueCommand({ SecretId: arn, VersionStage });
    return (await new SecretsManagerClient({}).send(get)).SecretString;
  } catch (error) {
    if (age === 'previous' && error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
