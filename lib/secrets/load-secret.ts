import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';

const schema = z.object({
  user: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

export type Secret = z.infer<typeof schema>;

/**
 * The first user's credentials, from where the setting SECRET says: `arn:…` of a Secrets Manager secret or `file:…` on one
 * machine. Both hold JSON, `{"user","password"}`. Throws an Error that never quotes what it read.
 */
export async function loadSecret(location: string): Promise<Secret> {
  const text = location.startsWith('file:')
    ? await readFile(location.slice('file:'.length), 'utf8')
    : await fromManager(location);
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`The secret at ${location} is not JSON with "user" and "password"`);
  return parsed.data;
}

/** The SDK is read only where there is a Secrets Manager. */
async function fromManager(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const { SecretString } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: arn }),
  );
  return SecretString ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
