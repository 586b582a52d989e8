import type { Answer } from '../answer.ts';
import { quoted } from './answers.ts';
import { checksumHeaders, keptChecksum, readAttributes } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { addVersion } from './change-versions.ts';
import { checkWriteConditions } from './conditions.ts';
import { expirationHeader } from './expiration.ts';
import { type Staged, settle, stageBody } from './ingest.ts';
import { type AfterCommit, type EventName, notify } from './notify.ts';
import { type Attributes, findBucket, findObject, type Version } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(s3: S3Context, call: S3Call): Promise<Answer> {
  findBucket(s3.db, call.bucket);
  const attributes = readAttributes(call.headers);
  checkWriteConditions(call.headers, findObject(s3.db, call.bucket, call.key));
  const staged = await stageBody(s3, call);
  const checksum = keptChecksum(staged.checksums);
  const version = await commitObject(s3, call, {
    event: 'ObjectCreated:Put',
    staged,
    attributes: { ...attributes, ...(checksum && { checksum }) },
  });
  return { status: 200, headers: writtenHeaders(s3, version) };
}

export interface NewObject {
  readonly event: EventName;
  /** Undefined for an object that lies in pieces. */
  readonly content: string | undefined;
  readonly size: number;
  readonly etag: string;
  readonly attributes: Attributes;
}

/** An object that came whole: one transaction for it, its conditions and its event, or nothing of it. */
export function commitObject(
  s3: S3Context,
  call: S3Call,
  { staged, ...object }: Pick<NewObject, 'event' | 'attributes'> & { readonly staged: Staged },
): Promise<Version> {
  const { content, size } = staged;
  const etag = staged.md5.toString('hex');
  return settle(s3, staged, (afterCommit) =>
    writeObject(s3, call, { ...object, content, size, etag }, afterCommit),
  );
}

/** Within a transaction: the conditions hold, the version is the newest of its key, and its event is in the queue. */
export function writeObject(
  s3: S3Context,
  call: S3Call,
  { event, ...object }: NewObject,
  afterCommit: AfterCommit,
): Version {
  const { bucket, key, headers } = call;
  checkWriteConditions(headers, findObject(s3.db, bucket, key));
  const version = addVersion(s3, { bucket, key, marker: false, ...object });
  notify(s3, call, { event, version, seq: version.seq }, afterCommit);
  return version;
}

export function writtenHeaders(s3: S3Context, version: Version): Record<string, string> {
  return {
    etag: quoted(version.etag),
    ...versionHeader(version),
    ...checksumHeaders(version.attributes.checksum),
    ...expirationHeader(s3, version),
  };
}

export function versionHeader({ versionId }: Pick<Version, 'versionId'>): Record<string, string> {
  return versionId === 'null' ? {} : { 'x-amz-version-id': versionId };
}
