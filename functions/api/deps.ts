import type { InputBucket } from '../../lib/store/input-bucket.ts';
import type { OutputBucket } from '../../lib/store/output-bucket.ts';
import type { BuildLog } from '../../lib/table/build-log.ts';
import type { EventLog } from '../../lib/table/events.ts';

/** Everything that `api` touches outside of itself. */
export interface Deps {
  readonly input: InputBucket;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly events: EventLog;
  readonly now: () => number;
  readonly newId: () => string;
  readonly version: string;
}
