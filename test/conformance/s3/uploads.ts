import assert from 'node:assert/strict';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { beginUpload, completeUpload, FIRST, SECOND, twoParts, uploadPart } from './parts.ts';
import type { S3World } from './world.ts';

/** What becomes of uploads that are under way. */
export const UPLOADS: readonly Case<S3World>[] = feature('multipart', [
  {
    id: 'abort',
    what: 'an aborted upload is gone, with its parts',
    async run(on) {
      const { Key, UploadId, Parts } = await twoParts(on);
      const abort = () => on.s3.send(new AbortMultipartUploadCommand({ Bucket: on.bucket, Key, UploadId }));
      await abort();
      await refused(uploadPart(on, { Key, UploadId, PartNumber: 1, Body: 'x' }), 'NoSuchUpload', 404);
      await refused(completeUpload(on, { Key, UploadId, Parts }), 'NoSuchUpload', 404);
      await refused(
        on.s3.send(new ListPartsCommand({ Bucket: on.bucket, Key, UploadId })),
        'NoSuchUpload',
        404,
      );
      await refused(abort(), 'NoSuchUpload', 404);
    },
  },
  {
    id: 'other-key',
    what: 'an upload belongs to its key',
    async run(on) {
      const UploadId = await beginUpload(on, 'key');
      await refused(
        uploadPart(on, { Key: 'other', UploadId, PartNumber: 1, Body: 'x' }),
        'NoSuchUpload',
        404,
      );
    },
  },
  {
    id: 'list-parts',
    what: 'parts are listed by number, page for page',
    async run(on) {
      const { Key, UploadId, Parts } = await twoParts(on);
      const list = (more: object) =>
        on.s3.send(new ListPartsCommand({ Bucket: on.bucket, Key, UploadId, ...more }));
      const first = await list({ MaxParts: 1 });
      assert.deepEqual([first.IsTruncated, first.NextPartNumberMarker], [true, '1']);
      const second = await list({ PartNumberMarker: first.NextPartNumberMarker });
      const sizes = [...(first.Parts ?? []), ...(second.Parts ?? [])].map(({ ETag, Size }) => [ETag, Size]);
      assert.deepEqual(sizes, [
        [Parts[0].ETag, FIRST.length],
        [Parts[1].ETag, SECOND.length],
      ]);
    },
  },
  {
    id: 'list-uploads',
    what: 'uploads are listed by key, by prefix, and page for page',
    async run(on) {
      for (const key of ['b/2', 'a', 'b/1']) await beginUpload(on, key);
      const list = async (more: object) => {
        const page = await on.s3.send(new ListMultipartUploadsCommand({ Bucket: on.bucket, ...more }));
        return { page, keys: page.Uploads?.map(({ Key }) => Key) ?? [] };
      };
      assert.deepEqual((await list({})).keys, ['a', 'b/1', 'b/2']);
      assert.deepEqual((await list({ Prefix: 'b' })).keys, ['b/1', 'b/2']);
      const { page, keys } = await list({ MaxUploads: 1 });
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      assert.deepEqual([...keys, ...(await list({ KeyMarker, UploadIdMarker })).keys], ['a', 'b/1', 'b/2']);
      const grouped = await list({ Delimiter: '/' });
      assert.deepEqual(
        grouped.page.CommonPrefixes?.map(({ Prefix }) => Prefix),
        ['b/'],
      );
    },
  },
]);
