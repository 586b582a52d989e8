import * as z from 'zod/mini';
import type { Answer } from '../answer.ts';
import { readXmlBody, xmlAnswer, xmlTime } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { addBucket } from './declare-buckets.ts';
import { s3Error } from './errors.ts';
import { readWhole } from './list-parameters.ts';
import { only } from './setting-documents.ts';
import { type Bucket, findBucket } from './versions.ts';

const creation = z.object({
  CreateBucketConfiguration: z.optional(
    z.union([z.string(), z.object({ LocationConstraint: z.optional(z.string()) })]),
  ),
});

/** In us-east-1 to create one's own bucket again is no error. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(s3: S3Context, call: S3Call): Promise<Answer> {
  const parsed = creation.safeParse((await readXmlBody(call)) ?? {});
  if (!parsed.success) throw s3Error('MalformedXML');
  const { bucket } = call;
  const told = { detail: { BucketName: bucket } };
  if (!isBucketName(bucket)) throw s3Error('InvalidBucketName', undefined, told);
  if (call.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true')
    throw s3Error('NotImplemented');
  checkLocation(s3, parsed.data.CreateBucketConfiguration);
  const isNew = s3.db.transaction(() => addBucket(s3.db, bucket, s3.now()));
  if (!isNew && s3.region !== 'us-east-1') throw s3Error('BucketAlreadyOwnedByYou', undefined, told);
  return { status: 200, headers: { location: `/${bucket}` } };
}

function checkLocation(
  { region }: S3Context,
  configuration: z.infer<typeof creation>['CreateBucketConfiguration'],
): void {
  const location = typeof configuration === 'object' ? configuration.LocationConstraint : undefined;
  if (location === undefined || location === '' || location === region) return;
  const text = `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw s3Error('IllegalLocationConstraintException', text);
}

export function headBucket(s3: S3Context, { bucket }: S3Call): Answer {
  findBucket(s3.db, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': s3.region } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
const MAX_BUCKETS = 10_000;

export function listBuckets({ db, accountId, region }: S3Context, { query }: S3Call): Answer {
  const max = readWhole(query, 'max-buckets', MAX_BUCKETS);
  const prefix = query.get('prefix') ?? '';
  const from = query.get('continuation-token') ?? '';
  const sql = 'SELECT name, created_ms AS createdMs, versioning FROM bucket WHERE name > ? ORDER BY name';
  const isHere = (query.get('bucket-region') ?? region) === region;
  const found = [...db.each<Bucket>(sql, from)].filter(({ name }) => isHere && name.startsWith(prefix));
  const shown = found.slice(0, max);
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: { ID: accountId, DisplayName: accountId },
    Buckets: {
      Bucket: shown.map(({ name, createdMs }) => ({ Name: name, CreationDate: xmlTime(createdMs) })),
    },
    ContinuationToken: shown.length < found.length ? shown.at(-1)?.name : undefined,
    Prefix: prefix === '' ? undefined : prefix,
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
  VersioningConfiguration: z.object({
    Status: z.enum(['Enabled', 'Suspended']),
    MfaDelete: z._default(only('MfaDelete', ['Disabled']), 'Disabled'),
  }),
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
  const isWellFormed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..');
  const isTaken =
    /^\d+(\.\d+){3}$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  return isWellFormed && !isTaken;
}
