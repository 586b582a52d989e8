import type { Answer } from '../answer.ts';
import { xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import { idHeader, readableVersion } from './get-object.ts';
import { piecesOf } from './pieces.ts';
import type { SettingContent } from './settings.ts';
import type { Version } from './versions.ts';

/** One row what may be asked for, in the order in which S3 tells it. */
const ATTRIBUTES = {
  ETag: (_s3, _call, { etag }) => ({ ETag: etag }),
  Checksum: (_s3, _call, { attributes: { checksum } }) => ({
    Checksum: checksum && { [`Checksum${checksum.name}`]: checksum.value, ChecksumType: checksum.type },
  }),
  ObjectParts: (s3, call, version) => ({ ObjectParts: partsOf(s3, call, version) }),
  StorageClass: () => ({ StorageClass: 'STANDARD' }),
  ObjectSize: (_s3, _call, { size }) => ({ ObjectSize: size }),
} as const satisfies Record<string, (s3: S3Context, call: S3Call, version: Version) => SettingContent>;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export function getObjectAttributes(s3: S3Context, call: S3Call): Answer {
  const asked = (call.headers.get('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  if (!asked.every((name) => Object.hasOwn(ATTRIBUTES, name))) {
    throw s3Error('InvalidArgument', 'Invalid attribute name specified.');
  }
  const version = readableVersion(s3, call.bucket, call.key, call.query.get('versionId'));
  const told = Object.entries(ATTRIBUTES).filter(([name]) => asked.includes(name));
  const content = Object.assign({}, ...told.map(([, tell]) => tell(s3, call, version)));
  const modified = { 'last-modified': new Date(version.modifiedMs).toUTCString() };
  return xmlAnswer('GetObjectAttributesResponse', content, { ...modified, ...idHeader(s3, version) });
}

const MAX_PARTS = 1000;

/** The parts of an object that came in parts; nothing of any other. */
function partsOf({ db }: S3Context, { headers }: S3Call, version: Version): SettingContent | undefined {
  const pieces = piecesOf(db, version);
  if (pieces.length === 0) return undefined;
  const after = readCount(headers, 'x-amz-part-number-marker', 0);
  const max = Math.min(readCount(headers, 'x-amz-max-parts', MAX_PARTS), MAX_PARTS);
  const shown = pieces.slice(after, after + max);
  const { checksum } = version.attributes;
  return {
    PartsCount: pieces.length,
    PartNumberMarker: after,
    NextPartNumberMarker: after + shown.length,
    MaxParts: max,
    IsTruncated: after + shown.length < pieces.length,
    Part: shown.map((piece, i) => ({
      PartNumber: after + i + 1,
      Size: piece.size,
      ...(checksum && { [`Checksum${checksum.name}`]: piece.checksum ?? undefined }),
    })),
  };
}

function readCount(headers: ReadonlyMap<string, string>, name: string, usual: number): number {
  const text = headers.get(name) ?? String(usual);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw s3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
}
