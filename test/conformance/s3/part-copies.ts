import assert from 'node:assert/strict';
import { type CompletedPart, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { beginUpload, completeUpload } from './parts.ts';
import { put, read, type S3World } from './world.ts';

const DIGITS = '0123456789';

/** What is no `bytes=first-last` within ten bytes: S3 neither cuts it to size nor takes it for another range. */
const NO_RANGES = {
  'beyond-the-end': 'bytes=8-10',
  'behind-the-end': 'bytes=10-12',
  open: 'bytes=3-',
  suffix: 'bytes=-3',
  backwards: 'bytes=5-2',
  many: 'bytes=0-1,3-4',
  'other-unit': 'lines=1-2',
};

export const PART_COPIES: readonly Case<S3World>[] = feature('multipart', [
  {
    id: 'part-copy',
    what: 'a part may be a copy of an object, or of a range of one',
    async run(on) {
      const upload = await begin(on);
      await copyPart(on, upload);
      for (const [range, content] of [
        ['bytes=2-4', '234'],
        ['bytes=0-9', DIGITS],
      ] as const) {
        const again = await begin(on);
        const Parts = [await copyPart(on, again, range)];
        await completeUpload(on, { ...again, Parts });
        assert.equal(await read(on, again.Key), content);
      }
    },
  },
  ...Object.entries(NO_RANGES).map(([id, range]) => ({
    id: `part-copy-${id}`,
    what: `a part is not copied from ${range} of ten bytes`,
    async run(on: S3World) {
      await refused(copyPart(on, await begin(on), range), 'InvalidArgument', 400);
    },
  })),
]);

interface Begun {
  readonly Key: string;
  readonly UploadId: string;
}

/** An upload, and ten bytes to copy from. */
async function begin(on: S3World): Promise<Begun> {
  await put(on, 'source', DIGITS);
  return { Key: 'key', UploadId: await beginUpload(on, 'key') };
}

async function copyPart(
  { s3, bucket: Bucket }: S3World,
  upload: Begun,
  CopySourceRange?: string,
): Promise<CompletedPart> {
  const from = { CopySource: `${Bucket}/source`, CopySourceRange };
  const part = new UploadPartCopyCommand({ Bucket, ...upload, PartNumber: 1, ...from });
  const { CopyPartResult } = await s3.send(part);
  return { PartNumber: 1, ETag: CopyPartResult?.ETag };
}
