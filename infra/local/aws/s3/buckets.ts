import * as z from 'zod/mini';
import type { BucketSpec } from '../../topology/topology.ts';
import type { Answer } from '../answer.ts';
import { readXmlBody, xmlAnswer, xmlTime } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import { type Bucket, findBucket } from './versions.ts';

/** Makes what is missing of the buckets that the template declares. One that is there keeps what it has. */
export function ensureBuckets(
  { db, now }: Pick<S3Context, 'db' | 'now'>,
  specs: readonly BucketSpec[],
): void {
  db.transaction(() => {
    for (const { name, versioned } of specs) {
      db.run("INSERT OR IGNORE INTO bucket VALUES (?, ?, '')", name, now());
      if (versioned) db.run("UPDATE bucket SET versioning = 'Enabled' WHERE name = ?", name);
    }
  });
}

/** In us-east-1 to create one's own bucket again is no error. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(s3: S3Context, call: S3Call): Promise<Answer> {
  await readXmlBody(call);
  const { bucket } = call;
  if (!isBucketName(bucket))
    throw s3Error('InvalidBucketName', undefined, { detail: { BucketName: bucket } });
  const isNew = s3.db.run("INSERT OR IGNORE INTO bucket VALUES (?, ?, '')", bucket, s3.now()) === 1;
  if (!isNew && s3.region !== 'us-east-1') {
    throw s3Error('BucketAlreadyOwnedByYou', undefined, { detail: { BucketName: bucket } });
  }
  return { status: 200, headers: { location: `/${bucket}` } };
}

export function headBucket(s3: S3Context, { bucket }: S3Call): Answer {
  findBucket(s3.db, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': s3.region } };
}

export function listBuckets({ db, accountId }: S3Context): Answer {
  const sql = 'SELECT name, created_ms AS createdMs, versioning FROM bucket ORDER BY name';
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: { ID: accountId, DisplayName: accountId },
    Buckets: {
      Bucket: [...db.each<Bucket>(sql)].map(({ name, createdMs }) => ({
        Name: name,
        CreationDate: xmlTime(createdMs),
      })),
    },
  });
}

/** Only an empty one: no version, no delete marker and no upload under way is lost. */
export function deleteBucket(s3: S3Context, { bucket }: S3Call): Answer {
  s3.db.transaction(() => {
    findBucket(s3.db, bucket);
    const holds =
      'SELECT 1 FROM version WHERE bucket = ? UNION ALL SELECT 1 FROM upload WHERE bucket = ? LIMIT 1';
    if (s3.db.one(holds, bucket, bucket))
      throw s3Error('BucketNotEmpty', undefined, { detail: { BucketName: bucket } });
    s3.db.run('DELETE FROM bucket WHERE name = ?', bucket);
  });
  return { status: 204 };
}

/** us-east-1 is told as nothing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export function getBucketLocation(s3: S3Context, { bucket }: S3Call): Answer {
  findBucket(s3.db, bucket);
  const { headers, body } = xmlAnswer('LocationConstraint', {});
  const text = s3.region === 'us-east-1' ? '' : s3.region;
  return { status: 200, ...(headers && { headers }), body: String(body).replace('></', `>${text}</`) };
}

export function getBucketVersioning(s3: S3Context, { bucket }: S3Call): Answer {
  const { versioning } = findBucket(s3.db, bucket);
  return xmlAnswer('VersioningConfiguration', { Status: versioning === '' ? undefined : versioning });
}

const versioningDocument = z.object({
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']) }),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export async function putBucketVersioning(s3: S3Context, call: S3Call): Promise<Answer> {
  const parsed = versioningDocument.safeParse(await readXmlBody(call));
  if (!parsed.success) throw s3Error('MalformedXML');
  findBucket(s3.db, call.bucket);
  const { Status } = parsed.data.VersioningConfiguration;
  s3.db.run('UPDATE bucket SET versioning = ? WHERE name = ?', Status, call.bucket);
  return { status: 200 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name)
  );
}
