import { DarkroomError } from '../../lib/error.ts';
import { extensionOf, stemOf } from '../../lib/pipeline/name.ts';
import { type Format, formatOf } from '../../lib/recipe/formats.ts';
import type { CurrentVersion, InputBucket } from '../../lib/store/input-bucket.ts';

export interface FoundImage {
  readonly key: string;
  readonly current: CurrentVersion;
  /** What the path's own ending asks for; undefined when it asks for nothing. */
  readonly format: Format | undefined;
}

/** Keys that are looked at for a stem: more than share one by chance. */
const MAX_CANDIDATES = 1_000;

/**
 * The image that a path names: an exact key, asked of the bucket itself; else the stem of a path that ends in a known kind, to be
 * delivered in that kind; else a stem. Throws DarkroomError NOT_FOUND, or CONFLICT when a stem fits several originals.
 */
export async function findImage(input: InputBucket, path: string): Promise<FoundImage> {
  const format = formatOf(extensionOf(path));
  const current = await input.current(path);
  if (current !== undefined) return { key: path, current, format };
  const stem = stemOf(path);
  const keys = (await input.keys(`${stem}.`, MAX_CANDIDATES)).filter((key) => stemOf(key) === stem);
  const [key, ...others] = keys;
  if (key === undefined) throw notFound(path);
  if (others.length > 0) {
    throw new DarkroomError('CONFLICT', `${stem} fits several images, name one of them: ${keys.join(', ')}`);
  }
  const found = await input.current(key);
  if (found === undefined) throw notFound(path);
  return { key, current: found, format };
}

export function notFound(path: string): DarkroomError {
  return new DarkroomError('NOT_FOUND', `There is no image ${path}`);
}
