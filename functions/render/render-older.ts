import { createHash } from 'node:crypto';
import { DarkroomError } from '../../lib/error.ts';
import { MAX_ANSWER_BYTES } from '../../lib/http/answer.ts';
import type { Standing } from '../../lib/http/deliver.ts';
import { planOutputs } from '../../lib/pipeline/plan.ts';
import { printRecipe } from '../../lib/recipe/recipe.ts';
import type { Deps } from './deps.ts';
import { etagOf, partOf, type Wanted } from './picture.ts';
import { readOriginal } from './read-original.ts';

/**
 * A derivation of a version that is not the current one. The output bucket holds nothing of such versions, so it is rendered for this answer
 * alone. Throws RESULT_TOO_LARGE for what no answer can carry.
 */
export async function renderOlder(deps: Deps, wanted: Wanted): Promise<Standing> {
  const { version, current, recipe } = wanted;
  const source = await readOriginal(deps, version, current);
  const plan = planOutputs({ kind: 'request', version, recipe: printRecipe(recipe) });
  const [picture] = await deps.render(source, plan);
  if (picture === undefined) throw new Error(`The renderer made no picture of ${version.key}`);
  const { bytes: body, contentType } = picture;
  return {
    ...{ bytes: body.length, contentType, lastModified: current.lastModified },
    etag: etagOf(wanted, createHash('sha256').update(body).digest('hex'), deps.version),
    read: async (range) => partOf(body, range),
    locate: () => Promise.reject(tooLarge(body.length)),
  };
}

function tooLarge(bytes: number): DarkroomError {
  return new DarkroomError(
    'RESULT_TOO_LARGE',
    `This version is not the current one, so it comes in one answer or not at all: ${bytes} bytes are more than the ${MAX_ANSWER_BYTES} of an answer. Ask for fewer pixels (xsize, ysize) or for another kind, such as webp`,
  );
}
