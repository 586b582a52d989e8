import type { PlannedOutput } from '../pipeline/plan.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { InputBucket } from '../store/input-bucket.ts';
import type { OutputBucket } from '../store/output-bucket.ts';
import type { BuildLog } from '../table/build-log.ts';

/** What a picture became, in the order of the outputs that were planned. */
export interface RenderedOutput {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

/** Everything that `process` touches outside of itself: passed in, so that tests can let each call fail or be the last. */
export interface Deps {
  readonly input: InputBucket;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly queue: WorkQueue;
  readonly render: (source: Buffer, outputs: readonly PlannedOutput[]) => Promise<readonly RenderedOutput[]>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly deleteInput: boolean;
  readonly maxSourceBytes: number;
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
}
