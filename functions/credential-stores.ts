import { type CredentialStores, remembering } from '../lib/auth/credentials.ts';
import type { Config } from '../lib/config.ts';
import { loadFirstUser, loadSigningKeys } from '../lib/secrets/load-secret.ts';
import type { createDynamo } from '../lib/table/dynamodb.ts';
import { type Tokens, tokens } from '../lib/table/tokens.ts';
import { type Users, users } from '../lib/table/users.ts';

/** Where each function behind the gateway finds what proves who asks. */
export function credentialStores(
  dynamo: ReturnType<typeof createDynamo>,
  { tableName, secret, signingSecret, originSecret }: Config,
): CredentialStores & { readonly users: Users; readonly tokens: Tokens } {
  return {
    users: users(dynamo, tableName),
    tokens: tokens(dynamo, tableName),
    loadFirst: remembering(() => loadFirstUser(secret), Date.now),
    loadKeys: remembering(() => loadSigningKeys(signingSecret), Date.now),
    ...(originSecret !== '' && { loadOrigin: remembering(() => loadSigningKeys(originSecret), Date.now) }),
    now: Date.now,
  };
}
