import type { Answer } from '../answer.ts';
import { xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { readableVersion } from './get-object.ts';
import { findBucket } from './versions.ts';

/** Everything belongs to the account, and to nobody else: what a bucket without ACLs says of itself and of its objects. */
export function getAcl(s3: S3Context, { bucket, key, query }: S3Call): Answer {
  findBucket(s3.db, bucket);
  if (key !== '') readableVersion(s3, bucket, key, query.get('versionId'));
  const owner = { ID: s3.accountId, DisplayName: s3.accountId };
  const { body, ...answer } = xmlAnswer('AccessControlPolicy', {
    Owner: owner,
    AccessControlList: { Grant: { Grantee: owner, Permission: 'FULL_CONTROL' } },
  });
  const type = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"';
  return { ...answer, body: String(body).replace('<Grantee>', `<Grantee${type}>`) };
}
