import { DarkroomError } from '../error.ts';
import { extensionOf, stemOf } from '../pipeline/name.ts';
import { type Format, formatOf, KINDS } from '../recipe/formats.ts';
import type { CurrentVersion, InputBucket } from './input-bucket.ts';

export interface FoundImage {
  readonly key: string;
  readonly current: CurrentVersion;
  /** What the path's own ending asks for; undefined when it asks for nothing. */
  readonly format: Format | undefined;
  /** Whether another version is the current one. */
  readonly isOlder: boolean;
}

/**
 * The image that a path names: an exact key, asked of the bucket itself; else the stem of a path that ends in a known kind, to be
 * delivered in that kind; else a stem. Of `version` where one is asked for, which has to be of an image that is there. Throws
 * DarkroomError NOT_FOUND, or CONFLICT when a stem fits several originals.
 */
export async function findImage(input: InputBucket, path: string, version?: string): Promise<FoundImage> {
  const found = await findCurrent(input, path);
  if (version === undefined || version === found.current.versionId) return found;
  const older = await input.version(found.key, version);
  if (older !== undefined) return { ...found, current: older, isOlder: true };
  throw new DarkroomError('NOT_FOUND', `${found.key} has no version ${JSON.stringify(version)}`);
}

async function findCurrent(input: InputBucket, path: string): Promise<FoundImage> {
  const format = formatOf(extensionOf(path));
  const current = await input.current(path);
  if (current !== undefined) return { key: path, current, format, isOlder: false };
  const stem = stemOf(path);
  const ofStem = stem === path ? [] : await keysOfStem(input, stem);
  const [key, ...others] = ofStem.length > 0 ? ofStem : await keysWithEnding(input, path);
  if (key === undefined) throw notFound(path);
  if (others.length > 0) {
    const keys = [key, ...others].join(', ');
    throw new DarkroomError('CONFLICT', `${path} fits several images, name one of them: ${keys}`);
  }
  const found = await input.current(key);
  if (found === undefined) throw notFound(path);
  return { key, current: found, format, isOlder: false };
}

/** Keys that one listing gives: S3's own limit. */
const LISTED = 1_000;

/** Keys of the images that share a stem, the stem itself among them. */
export async function keysOfStem(input: InputBucket, stem: string): Promise<readonly string[]> {
  const [bare, others] = await Promise.all([input.current(stem), keysWithEnding(input, stem)]);
  return [...(bare === undefined ? [] : [stem]), ...others];
}

/**
 * Keys that are a stem and the ending of a known kind. Where more keys begin with the stem than a listing gives, each that may be left is
 * asked for by its name, so none is missed.
 */
async function keysWithEnding(input: InputBucket, stem: string): Promise<readonly string[]> {
  const listed = await input.keys(`${stem}.`, LISTED);
  const found = listed.filter((key) => stemOf(key) === stem);
  const last = listed.length < LISTED ? undefined : listed.at(-1);
  const unseen = last === undefined ? [] : spellings(stem).filter((key) => key > last);
  const asked = await Promise.all(
    unseen.map(async (key) => ((await input.current(key)) === undefined ? [] : [key])),
  );
  return [...found, ...asked.flat()];
}

/** Every key that a stem can have: known kinds in any mix of cases. */
function spellings(stem: string): readonly string[] {
  const cases = (kind: string): readonly string[] =>
    [...kind].reduce<readonly string[]>(
      (words, letter) => words.flatMap((word) => [word + letter, word + letter.toUpperCase()]),
      [''],
    );
  return KINDS.flatMap(cases).map((kind) => `${stem}.${kind}`);
}

export function notFound(path: string): DarkroomError {
  return new DarkroomError('NOT_FOUND', `There is no image ${path}`);
}
