import type * as z from 'zod/mini';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor.ts';
import { buildUrl, imageEventsUrl, imageUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Image as ImageSchema } from '../../lib/http/schemas.ts';
import { inParallel } from '../../lib/in-parallel.ts';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import type { InputVersions, ListedImage, Place } from '../../lib/store/input-versions.ts';
import type { Deps } from './deps.ts';

type Image = z.infer<typeof ImageSchema>;

/** What one request may cost: then its page is short, and `next` goes on. A status is asked of the table, image by image. */
const MAX_LOOKS = 5_000;
const MAX_LOOKS_BY_STATUS = 1_000;
const MAX_MS = 1_500;
/** Builds that are read at once. */
const WIDTH = 16;

/**
 * `GET /images`: from the bucket itself, so that an upload is listed as soon as it was answered. A listing of versions tells which one is
 * current, and so which build is the upload's, in one call for 1,000 of them; a plain listing would need a call more for each image.
 */
export async function listImages(
  deps: Pick<Deps, 'input' | 'versions' | 'log' | 'now'>,
  { query, baseUrl }: Request<'list'>,
): Promise<Answer> {
  const { cursor, limit = 100, ...filter } = query;
  const { prefix = '', regex, status } = filter;
  const isNamed = regex === undefined ? () => true : await matcherOf(regex);
  const maxLooks = status === undefined ? MAX_LOOKS : MAX_LOOKS_BY_STATUS;
  const until = deps.now() + MAX_MS;
  const images: Image[] = [];
  const named: ListedImage[] = [];
  async function take(): Promise<void> {
    const taken = await inParallel(named.splice(0), WIDTH, (image) => describe(deps, image, baseUrl));
    images.push(...taken.filter((image) => status === undefined || image.status === status));
  }

  let place = cursor === undefined ? undefined : decodeCursor(filter, cursor, isPlace);
  let looks = 0;
  for await (const { image, behind } of walk(deps.versions, prefix, place)) {
    place = behind;
    looks += 1;
    if (image !== undefined && isNamed(image.key)) named.push(image);
    if (images.length + named.length >= limit) await take();
    if (images.length >= limit || looks >= maxLooks || deps.now() > until) break;
  }
  await take();
  return jsonAnswer('list', 200, { images, next: place === undefined ? null : encodeCursor(filter, place) });
}

/** Patterns are a twelfth of the function's code: read when the first one is asked for. */
async function matcherOf(regex: string): Promise<(key: string) => boolean> {
  const { nameMatcher } = await import('../../lib/http/regex.ts');
  return nameMatcher(regex);
}

/** Each image in order of keys with the place behind it, undefined behind the last; a page without images is a place alone. */
async function* walk(versions: InputVersions, prefix: string, from: Place | undefined) {
  let place = from;
  do {
    const { images, next } = await versions.list(prefix, place);
    const shown = images.filter(({ key, bytes }) => !(key.endsWith('/') && bytes === 0));
    for (const image of shown.slice(0, -1)) yield { image, behind: { key: image.key } };
    yield { image: shown.at(-1), behind: next };
    place = next;
  } while (place !== undefined);
}

async function describe(
  { input, log }: Pick<Deps, 'input' | 'log'>,
  { key, versionId, bytes, uploaded }: ListedImage,
  baseUrl: string,
): Promise<Image> {
  const id = uploadBuildId({ bucket: input.name, key, versionId });
  const last = await log.last(id);
  // The negative is of the source's own format, which the bucket's listing does not tell.
  const like = last && 'outputs' in last ? last.outputs.find(({ name }) => name === 'negated') : undefined;
  const links = { image: imageUrl(baseUrl, key), events: imageEventsUrl(baseUrl, key) };
  return {
    name: key,
    size: bytes,
    contentType: like?.contentType ?? null,
    uploaded: uploaded.toISOString(),
    status: last?.status ?? null,
    links: last === undefined ? links : { ...links, build: buildUrl(baseUrl, id) },
  };
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== 'object' || value === null) return false;
  const { key, versionId } = value as Place;
  return typeof key === 'string' && (versionId === undefined || typeof versionId === 'string');
}
