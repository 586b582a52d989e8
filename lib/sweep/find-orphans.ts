import { inParallel } from '../in-parallel.ts';
import { removalBuildId } from '../pipeline/build-id.ts';
import { imageOfOutput } from '../pipeline/plan.ts';
import type { Deps, Found } from './deps.ts';
import type { Place, Stepped } from './walks.ts';

/** Images that are asked for at once. */
const WIDTH = 16;

/**
 * Finds outputs whose image is gone with all its versions, so that the input bucket has no trace of it: the event of its end was lost.
 * An output's key tells its image, so an image that is there costs one call, and one that is gone another for what the output says itself.
 */
export async function findOrphans(deps: Deps, { prefix, after, before, ask }: Place): Promise<Stepped> {
  // Of images with a prefix only what lies in their own folders: each has outputs there.
  const folder = prefix === '' ? '' : `derived/${prefix}`;
  const { keys, next } = await deps.output.page(folder, after as string | undefined);
  const byImage = Map.groupBy(keys, imageOfOutput);
  const images = [...byImage].flatMap(([image, [output]]) =>
    image === undefined || output === undefined ? [] : [{ image, output }],
  );
  const removals = await inParallel(images, WIDTH, async ({ image, output }) => {
    if ((await deps.input.current(image)) !== undefined) return [];
    return removalOf(deps, output, before);
  });
  const found = removals.flat();
  await inParallel(found, WIDTH, ask);
  return { seen: images.length, found: found.length, next };
}

/** The work that the event would have asked for, if nobody has: none where the output stands by right. */
async function removalOf(deps: Deps, output: string, before: number): Promise<readonly Found[]> {
  const standing = await deps.output.head(output);
  if (standing?.provenance === undefined || standing.lastModified.getTime() >= before) return [];
  const version = { bucket: deps.input.name, ...standing.provenance.source };
  if ((await deps.input.current(version.key)) !== undefined) return [];
  if (await deps.log.isInputRemoved(version)) return [];
  const id = removalBuildId(version, 'ObjectRemoved:Delete');
  if ((await deps.log.last(id)) !== undefined) return [];
  return [{ kind: 'open', id, event: 'removed', subject: { kind: 'removal', version }, by: {} }];
}
