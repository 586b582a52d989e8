import { DarkroomError } from '../../lib/error.ts';
import type { SourceVersion } from '../../lib/pipeline/log-row.ts';
import { notFound } from '../../lib/store/find-image.ts';
import type { CurrentVersion } from '../../lib/store/input-bucket.ts';
import type { Deps } from './deps.ts';

/** One version of an original, whole. Throws SOURCE_TOO_LARGE for one that no build would read either, NOT_FOUND for one that went. */
export async function readOriginal(
  { input, maxSourceBytes }: Pick<Deps, 'input' | 'maxSourceBytes'>,
  version: SourceVersion,
  { bytes }: CurrentVersion,
): Promise<Buffer> {
  if (bytes > maxSourceBytes) {
    throw new DarkroomError(
      'SOURCE_TOO_LARGE',
      `${version.key} has ${bytes} bytes, and Darkroom reads at most ${maxSourceBytes}`,
    );
  }
  const source = await input.read(version);
  if (source === undefined) throw notFound(version.key);
  return source;
}
