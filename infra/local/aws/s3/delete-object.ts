import type { Answer } from '../answer.ts';
import type { S3Call, S3Context } from './call.ts';
import { addVersion, nextSeq, removeVersion } from './change-versions.ts';
import { failed, hasEtag } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type AfterCommit, type Cause, type EventName, notify } from './notify.ts';
import { findBucket, findObject, findVersion, type Version } from './versions.ts';

export interface Target {
  readonly key: string;
  readonly versionId?: string | undefined;
  /** Delete only if the current object has this ETag, or exists (`*`). */
  readonly ifMatch?: string | undefined;
}

export interface Outcome {
  /** Of the version that was removed, or of the marker that now stands there. */
  readonly versionId?: string;
  readonly isMarker: boolean;
}

/** Conditions that only directory buckets know: to overlook one would delete what was to stay. */
const CONDITIONS_OF_DIRECTORIES = ['x-amz-if-match-size', 'x-amz-if-match-last-modified-time'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject(s3: S3Context, call: S3Call): Answer {
  const condition = CONDITIONS_OF_DIRECTORIES.find((name) => call.headers.has(name));
  if (condition !== undefined) throw s3Error('NotImplemented', undefined, { detail: { Header: condition } });
  const target = {
    key: call.key,
    versionId: call.query.get('versionId'),
    ifMatch: call.headers.get('if-match'),
  };
  const outcome = s3.db.transaction((afterCommit) => deleteOne(s3, call, target, afterCommit));
  const marker = outcome.isMarker ? 'true' : undefined;
  return { status: 204, headers: { 'x-amz-version-id': outcome.versionId, 'x-amz-delete-marker': marker } };
}

/**
 * Within a transaction. A version asked for by its id goes for good. Without one an object of a versioned bucket gets a delete marker on top, also where
 * there was nothing; any other object goes. An ETag that nothing has to match is met: what was to go is gone.
 */
export function deleteOne(s3: S3Context, call: S3Call, target: Target, afterCommit: AfterCommit): Outcome {
  const { db } = s3;
  const { bucket } = call;
  const { key, versionId, ifMatch } = target;
  const { versioning } = findBucket(db, bucket);
  const current = findObject(db, bucket, key);
  if (ifMatch !== undefined && current === undefined) {
    if (ifMatch === '*') throw failed('If-Match');
    return { isMarker: false };
  }
  if (ifMatch !== undefined && current && !hasEtag(ifMatch, current.etag)) throw failed('If-Match');

  if (versionId === undefined && versioning !== '') {
    const hidden = { bucket, key, event: 'ObjectRemoved:DeleteMarkerCreated' } as const;
    return { versionId: hideObject(s3, call, hidden, afterCommit).versionId, isMarker: true };
  }
  const version = findVersion(db, bucket, key, versionId);
  if (version) {
    removeVersion(s3, version);
    notify(s3, call, { event: 'ObjectRemoved:Delete', version, seq: nextSeq(db) }, afterCommit);
  }
  return { ...(versionId !== undefined && { versionId }), isMarker: version?.marker === true };
}

export interface Hidden {
  readonly bucket: string;
  readonly key: string;
  readonly event: EventName;
}

/** Within a transaction: puts a delete marker on top of what is there. */
export function hideObject(
  s3: S3Context,
  cause: Cause,
  { event, ...name }: Hidden,
  afterCommit: AfterCommit,
): Version {
  const empty = { content: undefined, size: 0, etag: EMPTY_MD5, attributes: { headers: {}, metadata: {} } };
  const marker = addVersion(s3, { ...name, marker: true, ...empty });
  notify(s3, cause, { event, version: marker, seq: marker.seq }, afterCommit);
  return marker;
}

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
