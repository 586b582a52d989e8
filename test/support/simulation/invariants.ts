import { fold, hasEnded } from '../../../lib/pipeline/build.ts';
import { uploadBuildId } from '../../../lib/pipeline/build-id.ts';
import type { Subject } from '../../../lib/pipeline/log-row.ts';
import { derivationsOf, planOutputs, recipeText } from '../../../lib/pipeline/plan.ts';
import { printRecipe } from '../../../lib/recipe/recipe.ts';
import { brokenClearances } from './clearing.ts';
import { BUCKET, DERIVED, rendition, type Version, type World } from './world.ts';

/** What must hold once all is quiet; each broken promise is a sentence. */
export function brokenPromises(world: World): readonly string[] {
  return [...builds(world), ...outputs(world), ...answers(world), ...brokenClearances(world)];
}

/** What was answered was of the version that it said it was of. */
function answers({ told, versions }: World): readonly string[] {
  return told.flatMap(({ body, provenance: { source, recipe } }) => {
    const version = versions.get(source.key)?.find(({ versionId }) => versionId === source.versionId);
    const isRight = version === undefined || rendition(version.content ?? '', recipe) === body.toString();
    return isRight ? [] : [`${source.key} ${source.versionId} was answered as ${body}`];
  });
}

/** Every build has ended, its rows are a legal path (fold throws otherwise), and no output is without a row that lists it. */
function builds(world: World): readonly string[] {
  const broken: string[] = [];
  const listed = new Set<string>();
  for (const [id, rows] of world.log) {
    const build = fold(rows);
    if (build === undefined || !hasEnded(build))
      broken.push(`build ${id} of ${build?.image} is ${build?.status}`);
    if (rows.filter(({ status }) => status === 'FINISHED').length > 1)
      broken.push(`build ${id} is FINISHED twice`);
    if (
      build !== undefined &&
      !isDerivation(build.subject) &&
      !world.announced.has(`${id}-${build.position}`)
    )
      broken.push(`the end of build ${id} of ${build.image} was never announced`);
    for (const row of rows)
      if ('outputs' in row) for (const { key, sha256 } of row.outputs) listed.add(`${key} ${sha256}`);
  }
  for (const [key, { output }] of world.outputs) {
    if (!listed.has(`${key} ${output.provenance.sha256}`)) broken.push(`no row lists ${key}`);
  }
  return broken;
}

/** A reader may be killed between the end of what it made and the telling of it, and no message asks again. */
function isDerivation(subject: Subject): boolean {
  return subject.kind === 'request' && subject.recipe !== undefined;
}

/** The outputs under a key are those of its newest version, whole, and of no other; none where that one is no picture, or was given up. */
function outputs(world: World): readonly string[] {
  const broken: string[] = [];
  const expected = new Map<string, string>();
  const open = new Set<string>();
  /** What may have been derived on demand. */
  const kept = new Map<string, string>();
  // A put of the same bytes can go with the input of the version before it, by its ETag: the picture is the same then.
  const tell = (versionId: string, body: string): string =>
    takesInputs(world) ? body : `${versionId}: ${body}`;
  for (const [key, versions] of world.versions) {
    for (const { versionId } of versions.filter(({ content }) => content !== undefined)) {
      if (!world.log.has(uploadBuildId({ bucket: BUCKET, key, versionId })))
        broken.push(`${key} ${versionId} has no build`);
    }
    const standing = standingVersion(world, key);
    if (standing?.content === undefined || standing.content === '' || standing.content.startsWith('bad'))
      continue;
    const version = { bucket: BUCKET, key, versionId: standing.versionId };
    const recipe = printRecipe(DERIVED);
    kept.set(
      `${derivationsOf(version)}${recipe}`,
      tell(standing.versionId, rendition(standing.content, recipe)),
    );
    for (const planned of planOutputs({ kind: 'upload', version })) {
      expected.set(planned.key, tell(standing.versionId, rendition(standing.content, recipeText(planned))));
      if (wasGivenUp(world, key, standing.versionId)) open.add(planned.key);
    }
  }
  const found = new Map(
    [...world.outputs].map(([key, { body, output }]) => [
      key,
      tell(output.provenance.source.versionId, body),
    ]),
  );
  for (const [key, want] of expected) {
    const have = found.get(key);
    if (have !== want && !(open.has(key) && have === undefined))
      broken.push(`${key} is ${have}, not ${want}`);
  }
  for (const [key, have] of found) {
    if (!expected.has(key) && kept.get(key) !== have) broken.push(`${key} is there: ${have}`);
  }
  return broken;
}

/** The version whose outputs are to stand: the current one, or the newest where the builds took the inputs away when they were done. */
function standingVersion(world: World, key: string): Version | undefined {
  const newest = takesInputs(world)
    ? world.versions.get(key)?.findLast(({ content }) => content !== undefined)
    : undefined;
  return world.currentOf(key) ?? newest;
}

function takesInputs(world: World): boolean {
  return [...world.log.values()].flat().some((row) => row.status === 'FINISHED' && row.removesInput === true);
}

function wasGivenUp(world: World, key: string, versionId: string): boolean {
  return [...world.log.values()].some((rows) => {
    const build = fold(rows);
    if (build?.code !== 'RESOURCE_EXHAUSTED' || build.image !== key) return false;
    return 'version' in build.subject && build.subject.version.versionId === versionId;
  });
}
