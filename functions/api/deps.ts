import type { CredentialStores } from '../../lib/auth/credentials.ts';
import type { InputBucket } from '../../lib/store/input-bucket.ts';
import type { OutputBucket } from '../../lib/store/output-bucket.ts';
import type { BuildLog } from '../../lib/table/build-log.ts';
import type { EventLog } from '../../lib/table/events.ts';
import type { Tokens } from '../../lib/table/tokens.ts';
import type { Users } from '../../lib/table/users.ts';

/** Everything that `api` touches outside of itself. */
export interface Deps {
  readonly input: InputBucket;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly events: EventLog;
  readonly now: () => number;
  readonly newId: () => string;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly loadFirst: CredentialStores['loadFirst'];
  readonly loadKeys: CredentialStores['loadKeys'];
  readonly version: string;
}
