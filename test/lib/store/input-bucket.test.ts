import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { inputBucket } from '../../../lib/store/input-bucket.ts';

const UPLOAD = { bytes: Buffer.from('x'), contentType: 'image/png', ticket: 'mine' };

it.each([
  ['mine', 'an upload whose first answer was lost', { versionId: 'v1', etag: '"e"' }],
  ['another', 'somebody else’s', undefined],
])('what stands in the way of a conditional upload may be itself: %s is %s', async (ticket, _, expected) => {
  const s3 = new S3Client({ region: 'us-east-1' });
  const refusal = {
    name: 'PreconditionFailed',
    $fault: 'client',
    $metadata: { httpStatusCode: 412 },
  } as const;
  mockClient(s3)
    .on(PutObjectCommand)
    .rejects(new S3ServiceException(refusal))
    .on(HeadObjectCommand)
    .resolves({ VersionId: 'v1', ETag: '"e"', Metadata: { ticket } });
  const stored = await inputBucket(s3, 'input').replace('cat.png', UPLOAD, undefined);
  if (expected === undefined) expect(stored).toBeUndefined();
  else expect(stored).toMatchObject(expected);
});
