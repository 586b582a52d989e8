import { deepStrictEqual } from 'node:assert';
import sharp from 'sharp';
import { DarkroomError } from '../../lib/error.ts';
import { isLosslessAvif } from '../../lib/image/av1.ts';
import { describe } from '../../lib/image/describe.ts';
import { readDirectories } from '../../lib/image/exif.ts';
import { isSrgb } from '../../lib/image/icc.ts';
import { negateJpeg } from '../../lib/image/jpeg/negate-jpeg.ts';
import { plainProfile } from '../../lib/image/plain-profile.ts';
import { type Rendered, render } from '../../lib/image/render.ts';
import { shotOf } from '../../lib/image/shot.ts';
import { sniff } from '../../lib/image/sniff.ts';
import { toRecipe } from '../../lib/recipe/recipe.ts';

/** What take any bytes at all, and say by what they return that these are none of theirs. */
const PARSERS: readonly ((bytes: Buffer) => unknown)[] = [
  ...[sniff, negateJpeg, isLosslessAvif, readDirectories, shotOf, isSrgb, plainProfile],
];

const NEGATIVE = toRecipe({ negate: true }, 'source');
const RECIPES = [
  NEGATIVE,
  toRecipe({ xsize: 20, ysize: 20 }, 'jpg'),
  toRecipe({ xsize: 30, metadata: 'keep' }, 'webp'),
];

export interface Outcome {
  readonly described: boolean;
  /** The code of a refusal, or the bytes of the outputs. */
  readonly outcome: string | readonly Buffer[];
}

/** Does to bytes what may be done to an upload. Throws whatever is no DarkroomError, and for an output that is not sound. */
export async function runOne(bytes: Buffer): Promise<Outcome> {
  for (const parse of PARSERS) parse(bytes);
  const described = await orCode(describe(bytes));
  const rendered = await orCode(render(bytes, RECIPES));
  // By itself a negative may be made without a codec: that has to come to the same.
  const alone = await orCode(render(bytes, [NEGATIVE]));
  if (typeof rendered !== 'string') {
    for (const output of rendered) await checkOutput(output);
    deepStrictEqual(alone, rendered.slice(0, 1));
  } else if (typeof alone !== 'string') for (const output of alone) await checkOutput(output);
  return {
    described: typeof described !== 'string',
    outcome: typeof rendered === 'string' ? rendered : rendered.map((output) => output.bytes),
  };
}

function orCode<T>(work: Promise<T>): Promise<T | string> {
  return work.catch((error: unknown) => {
    if (error instanceof DarkroomError) return error.code;
    throw error;
  });
}

async function checkOutput({ bytes, width, height, pages }: Rendered): Promise<void> {
  const header = await sharp(bytes).metadata();
  // Pages of a TIFF may differ in size, so they do not open as one picture.
  const opening = header.format === 'tiff' ? pagesOf(pages) : [{ animated: true }];
  for (const how of opening) await sharp(bytes, { ...how, failOn: 'error' }).stats();
  const still = pages === 1 || header.format === 'tiff' ? header.autoOrient : header;
  deepStrictEqual([still.width, still.height, header.pages ?? 1], [width, height, pages]);
}

function pagesOf(pages: number): readonly { readonly page: number }[] {
  return Array.from({ length: pages }, (_, page) => ({ page }));
}
