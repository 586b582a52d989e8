import { createHash } from 'node:crypto';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { requireRole } from '../../lib/http/caller.ts';
import { factsTag } from '../../lib/http/conditional.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import type { Description } from '../../lib/image/describe.ts';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import type { SourceVersion } from '../../lib/pipeline/log-row.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { CurrentVersion } from '../../lib/store/input-bucket.ts';
import type { Deps } from './deps.ts';
import { readOriginal } from './read-original.ts';

/**
 * `GET /images/{path}?meta=true`: the original as its headers tell it, with what the caller keeps with it. Where it was taken only for an
 * admin who asks with `gps=true`. Its `etag` is the original's; the header's is of what is kept, as the next PUT may name it.
 */
export async function getFacts(deps: Deps, request: Request<'imageFacts'>): Promise<Answer> {
  const { gps = false, version: asked } = request.query;
  if (gps) requireRole(request.caller, 'admin', 'gps=true');
  const { key, current } = await findImage(deps.input, namedKey(request, 'path'), asked);
  const version = { bucket: deps.input.name, key, versionId: current.versionId };
  const [original, user] = await Promise.all([readFacts(deps, version, current, gps), deps.facts.find(key)]);
  const { bytes: size, etag, lastModified } = current;
  const stored = { size, etag, uploaded: lastModified.toISOString() };
  const tag = factsTag(current.versionId, user);
  const headers = tag === undefined ? {} : { etag: tag };
  return jsonAnswer('imageFacts', 200, { name: key, ...original, ...stored, user: user ?? {} }, headers);
}

async function readFacts(
  deps: Deps,
  version: SourceVersion,
  current: CurrentVersion,
  gps: boolean,
): Promise<Omit<Description, 'exif'> & { exif: Record<string, unknown>; sha256: string }> {
  const known = await knownSha256(deps, version);
  const beginning = known === undefined ? undefined : await describeBeginning(deps, version, gps);
  if (known !== undefined && beginning !== undefined) return { ...beginning, sha256: known };
  const source = await readOriginal(deps, version, current);
  const sha256 = known ?? createHash('sha256').update(source).digest('hex');
  return { ...(await deps.describe(source, { gps })), sha256 };
}

/** The log has it of every upload that could be read. */
async function knownSha256({ log }: Deps, version: SourceVersion): Promise<string | undefined> {
  const rows = await log.read(uploadBuildId(version));
  return rows.find((row) => row.status === 'BUILDING')?.sourceSha256;
}

/** Headers of a photo, with its Exif, its profile and the thumbnail in them, end long before that. */
const BEGINNING_BYTES = 256 * 1024;
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Undefined where the headers do not lie in the beginning alone: then the whole file tells, or what is wrong with it. */
async function describeBeginning(
  { input, describe }: Deps,
  version: SourceVersion,
  gps: boolean,
): Promise<Description | undefined> {
  const beginning = await input.read(version, BEGINNING_BYTES);
  if (beginning === undefined || !beginning.subarray(0, JPEG.length).equals(JPEG)) return undefined;
  return describe(beginning, { gps }).catch(() => undefined);
}
