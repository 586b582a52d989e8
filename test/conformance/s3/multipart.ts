import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type Case, feature, present, refused } from '../case.ts';
import { beginUpload, completeUpload, FIRST, SECOND, twoParts, uploadPart } from './parts.ts';
import { read, type S3World } from './world.ts';

export const MULTIPART: readonly Case<S3World>[] = feature('multipart', [
  {
    id: 'whole',
    what: 'parts become one object, whose ETag is the MD5 of their MD5s and their number',
    async run(on) {
      const { ETag } = await completeUpload(on, await twoParts(on));
      const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
      assert.equal(ETag, `"${md5(Buffer.concat([md5(FIRST), md5(SECOND)])).toString('hex')}-2"`);
      assert.equal(await read(on, 'key'), `${FIRST}${SECOND}`);
    },
  },
  {
    id: 'lib-storage',
    what: 'lib-storage uploads a stream of parts',
    async run(on) {
      const Body = Buffer.alloc(12_000_000, 'lib-storage');
      const params = { Bucket: on.bucket, Key: 'key', Body, ContentType: 'image/png' };
      await new Upload({ client: on.s3, params }).done();
      const got = await on.s3.send(new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.match(got.ETag ?? '', /-3"$/);
      assert.equal(got.ContentType, 'image/png');
      assert.ok(Body.equals(present(await got.Body?.transformToByteArray(), 'the body')));
    },
  },
  {
    id: 'unseen',
    what: 'nothing is seen of an upload before it is completed',
    async run(on) {
      await twoParts(on);
      await refused(read(on, 'key'), 'NoSuchKey', 404);
    },
  },
  {
    id: 'metadata',
    what: 'type and metadata are those of the beginning',
    async run(on) {
      const more = { ContentType: 'image/png', Metadata: { who: 'me' } };
      await completeUpload(on, await twoParts(on, more));
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.deepEqual([head.ContentType, head.Metadata], ['image/png', { who: 'me' }]);
    },
  },
  {
    id: 'part-read',
    what: 'a part of a completed upload can be read by its number',
    async run(on) {
      await completeUpload(on, await twoParts(on));
      const command = new GetObjectCommand({ Bucket: on.bucket, Key: 'key', PartNumber: 2 });
      const { Body, PartsCount, ContentRange } = await on.s3.send(command);
      assert.equal(await Body?.transformToString(), `${SECOND}`);
      const size = FIRST.length + SECOND.length;
      assert.deepEqual([PartsCount, ContentRange], [2, `bytes ${FIRST.length}-${size - 1}/${size}`]);
    },
  },
  {
    id: 'part-replaced',
    what: 'a part that is uploaded again replaces the one before',
    async run(on) {
      const { Key, UploadId } = await twoParts(on);
      await uploadPart(on, { Key, UploadId, PartNumber: 1, Body: 'gone' });
      const part = await uploadPart(on, { Key, UploadId, PartNumber: 1, Body: 'kept' });
      await completeUpload(on, { Key, UploadId, Parts: [part] });
      assert.equal(await read(on, Key), 'kept');
    },
  },
  {
    id: 'gaps',
    what: 'numbers of parts may have gaps, and parts may be left out',
    async run(on) {
      const [Key, UploadId] = ['key', await beginUpload(on, 'key')];
      await uploadPart(on, { Key, UploadId, PartNumber: 3, Body: 'left out' });
      const last = await uploadPart(on, { Key, UploadId, PartNumber: 10_000, Body: 'last' });
      const first = await uploadPart(on, { Key, UploadId, PartNumber: 7, Body: FIRST });
      await completeUpload(on, { Key, UploadId, Parts: [first, last] });
      assert.equal(await read(on, Key), `${FIRST}last`);
    },
  },
  {
    id: 'too-small',
    what: 'a part but the last of less than 5 MiB is refused, and the upload goes on',
    async run(on) {
      const [Key, UploadId] = ['key', await beginUpload(on, 'key')];
      const small = await uploadPart(on, { Key, UploadId, PartNumber: 1, Body: 'small' });
      const last = await uploadPart(on, { Key, UploadId, PartNumber: 2, Body: 'last' });
      await refused(completeUpload(on, { Key, UploadId, Parts: [small, last] }), 'EntityTooSmall', 400);
      await completeUpload(on, { Key, UploadId, Parts: [small] });
    },
  },
  {
    id: 'order',
    what: 'parts out of order are refused',
    async run(on) {
      const { Parts, ...upload } = await twoParts(on);
      await refused(completeUpload(on, { ...upload, Parts: Parts.toReversed() }), 'InvalidPartOrder', 400);
    },
  },
  {
    id: 'other-etag',
    what: 'a part with another ETag is refused',
    async run(on) {
      const { Parts, ...upload } = await twoParts(on);
      const other = { ...Parts[1], ETag: Parts[0].ETag };
      await refused(completeUpload(on, { ...upload, Parts: [Parts[0], other] }), 'InvalidPart', 400);
    },
  },
  {
    id: 'missing-part',
    what: 'a part that was never uploaded is refused',
    async run(on) {
      const { Parts, ...upload } = await twoParts(on);
      const missing = { ...Parts[1], PartNumber: 3 };
      await refused(completeUpload(on, { ...upload, Parts: [Parts[0], missing] }), 'InvalidPart', 400);
    },
  },
  {
    id: 'no-parts',
    what: 'an upload is not completed without parts',
    async run(on) {
      const UploadId = await beginUpload(on, 'key');
      await refused(
        completeUpload(on, { Key: 'key', UploadId, Parts: [] }),
        ['MalformedXML', 'InvalidRequest'],
        400,
      );
    },
  },
  ...[0, 10_001].map((PartNumber) => ({
    id: `number-${PartNumber}`,
    what: `there is no part ${PartNumber}`,
    async run(on: S3World) {
      const UploadId = await beginUpload(on, 'key');
      const part = uploadPart(on, { Key: 'key', UploadId, PartNumber, Body: 'x' });
      await refused(part, 'InvalidArgument', 400);
    },
  })),
]);
