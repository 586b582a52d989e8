import type { CredentialStores } from '../../lib/auth/credentials.ts';
import type { Rendered } from '../../lib/image/render.ts';
import type { WorkQueue } from '../../lib/queue/work-queue.ts';
import type { Recipe } from '../../lib/recipe/recipe.ts';
import type { InputBucket } from '../../lib/store/input-bucket.ts';
import type { OutputBucket } from '../../lib/store/output-bucket.ts';
import type { BuildLog } from '../../lib/table/build-log.ts';

/** Everything that `render` touches outside of itself. */
export interface Deps extends CredentialStores {
  readonly input: InputBucket;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly queue: WorkQueue;
  readonly render: (source: Buffer, recipes: readonly Recipe[]) => Promise<readonly Rendered[]>;
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  /** Part of each ETag: another version may write other bytes. */
  readonly version: string;
}
