import type { Build } from '../pipeline/build.ts';
import type { PlannedOutput } from '../pipeline/plan.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { InputBucket } from '../store/input-bucket.ts';
import type { OutputBucket } from '../store/output-bucket.ts';
import type { BuildLog } from '../table/build-log.ts';
import type { Facts } from '../table/facts.ts';
import type { UploadOwners } from '../table/upload-owners.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a picture became, in the order of the outputs that were planned. */
export interface RenderedOutput {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
}

/** That a build has ended. It is made at least once for each end by a worker of the queue. */
export interface Announcement {
  readonly build: Build;
  /** Whether it ended just now; else a message came again for it, which may be because nobody could tell. */
  readonly isNew: boolean;
  /** When the work was asked for, in milliseconds since 1970, where that is known. */
  readonly askedMs?: number;
}

/** Everything that a build touches outside of itself: passed in, so that tests can let each call fail or be the last. */
export interface Deps {
  readonly input: InputBucket;
  readonly output: OutputBucket;
  readonly log: BuildLog;
  readonly queue: WorkQueue;
  /**
   * What callers keep with images, and goes with them.
   * @default none: who follows no removal needs none
   */
  readonly userFacts?: Pick<Facts, 'mark' | 'forget'>;
  /**
   * Who uploaded what carries a ticket.
   * @default nobody is named
   */
  readonly owners?: Pick<UploadOwners, 'find'>;
  readonly render: (source: Buffer, outputs: readonly PlannedOutput[]) => Promise<readonly RenderedOutput[]>;
  /**
   * Whether a recipe loses nothing when it is made of a preview instead of the original, both upright and of these sizes.
   * @default never
   */
  readonly isServedByPreview?: (recipe: Recipe, original: Size, preview: Size) => boolean;
  /**
   * Tells the world of an end, once its row stands.
   * @default nobody is told
   */
  readonly announce?: (announcement: Announcement) => Promise<void>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly deleteInput: boolean;
  readonly maxSourceBytes: number;
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
}
