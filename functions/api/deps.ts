import type { CredentialStores } from '../../lib/auth/credentials.ts';
import type { Announcement } from '../../lib/build/deps.ts';
import type { Logger } from '../../lib/logger.ts';
import type { DeadLetters } from '../../lib/queue/dead-letters.ts';
import type { WorkQueue } from '../../lib/queue/work-queue.ts';
import type { InputBucket } from '../../lib/store/input-bucket.ts';
import type { InputVersions } from '../../lib/store/input-versions.ts';
import type { OutputBucket } from '../../lib/store/output-bucket.ts';
import type { UploadTickets } from '../../lib/store/upload-tickets.ts';
import type { BuildLog } from '../../lib/table/build-log.ts';
import type { Clearances } from '../../lib/table/clearances.ts';
import type { EventLog } from '../../lib/table/events.ts';
import type { Facts } from '../../lib/table/facts.ts';
import type { Idempotency } from '../../lib/table/idempotency.ts';
import type { Tokens } from '../../lib/table/tokens.ts';
import type { UploadOwners } from '../../lib/table/upload-owners.ts';
import type { Users } from '../../lib/table/users.ts';

/** Everything that `api` touches outside of itself. */
export interface Deps {
  readonly input: InputBucket;
  readonly versions: InputVersions;
  readonly tickets: UploadTickets;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly clearances: Clearances;
  readonly events: EventLog;
  readonly facts: Facts;
  readonly owners: Pick<UploadOwners, 'expect'>;
  readonly idempotency: Idempotency;
  readonly queue: WorkQueue;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  /** Tells the world of the end of a build. */
  readonly announce: (announcement: Announcement) => Promise<void>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly loadFirst: CredentialStores['loadFirst'];
  readonly loadKeys: CredentialStores['loadKeys'];
  readonly version: string;
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
  /** Bytes that one source may have. */
  readonly maxSourceBytes: number;
}
