import assert from 'node:assert/strict';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { beginUpload, uploadPart } from './parts.ts';
import { keepVersions, put, read, type S3World } from './world.ts';

const RACERS = 20;
const PAST = new Date(0);
const FUTURE = new Date('2099-01-01T00:00:00Z');

/** On what is copied; ETAG stands for its ETag. */
const COPIES: readonly (readonly [id: string, condition: Partial<CopyObjectCommandInput>, holds: boolean])[] =
  [
    ['match', { CopySourceIfMatch: 'ETAG' }, true],
    ['match-other', { CopySourceIfMatch: '"other"' }, false],
    ['none-match', { CopySourceIfNoneMatch: 'ETAG' }, false],
    ['modified', { CopySourceIfModifiedSince: PAST }, true],
    ['not-unmodified', { CopySourceIfUnmodifiedSince: PAST }, false],
    ['unmodified', { CopySourceIfUnmodifiedSince: FUTURE }, true],
  ];

export const CONDITIONAL_WRITE: readonly Case<S3World>[] = feature('write-if', [
  {
    id: 'absent',
    what: 'a put with If-None-Match: * succeeds where nothing is, and only there',
    async run(on) {
      await put(on, 'key', 'first', { IfNoneMatch: '*' });
      await refused(put(on, 'key', 'second', { IfNoneMatch: '*' }), 'PreconditionFailed', 412);
      assert.equal(await read(on, 'key'), 'first');
    },
  },
  {
    id: 'race',
    what: `of ${RACERS} puts with If-None-Match: * exactly one wins`,
    async run(on) {
      const racing = Array.from({ length: RACERS }, (_, i) => put(on, 'key', `${i}`, { IfNoneMatch: '*' }));
      const results = await Promise.allSettled(racing);
      const winners = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [`${i}`] : []));
      assert.deepEqual(winners, [await read(on, 'key')]);
    },
  },
  {
    id: 'match',
    what: 'a put with If-Match replaces that ETag and no other',
    async run(on) {
      const { ETag } = await put(on, 'key', 'first');
      await put(on, 'key', 'second', { IfMatch: ETag });
      await refused(put(on, 'key', 'third', { IfMatch: ETag }), 'PreconditionFailed', 412);
      assert.equal(await read(on, 'key'), 'second');
    },
  },
  {
    id: 'match-race',
    what: `of ${RACERS} puts with the same If-Match exactly one wins`,
    async run(on) {
      const { ETag } = await put(on, 'key', 'first');
      const racing = Array.from({ length: RACERS }, (_, i) => put(on, 'key', `${i}`, { IfMatch: ETag }));
      const results = await Promise.allSettled(racing);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    },
  },
  {
    id: 'match-absent',
    what: 'a put with If-Match where nothing is answers 404',
    run: async (on) => void (await refused(put(on, 'key', '', { IfMatch: '"any"' }), 'NoSuchKey', 404)),
  },
  {
    id: 'deleted',
    what: 'behind a delete marker nothing is: If-None-Match: * succeeds',
    async run(on) {
      await keepVersions(on);
      await put(on, 'key', 'first');
      await on.s3.send(new DeleteObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      await put(on, 'key', 'second', { IfNoneMatch: '*' });
    },
  },
  {
    id: 'complete',
    what: 'a multipart upload with If-None-Match: * does not replace what is there',
    async run(on) {
      const UploadId = await beginUpload(on, 'key');
      const part = await uploadPart(on, { Key: 'key', UploadId, PartNumber: 1, Body: 'part' });
      await put(on, 'key', 'first');
      const complete = new CompleteMultipartUploadCommand({
        ...{ Bucket: on.bucket, Key: 'key', UploadId, IfNoneMatch: '*', MultipartUpload: { Parts: [part] } },
      });
      await refused(on.s3.send(complete), 'PreconditionFailed', 412);
      assert.equal(await read(on, 'key'), 'first');
    },
  },
  {
    id: 'delete',
    what: 'a delete with If-Match removes that ETag and no other',
    async run(on) {
      const { ETag } = await put(on, 'key');
      const remove = (IfMatch?: string) =>
        on.s3.send(new DeleteObjectCommand({ Bucket: on.bucket, Key: 'key', IfMatch }));
      await refused(remove('"other"'), 'PreconditionFailed', 412);
      assert.equal(await read(on, 'key'), 'content');
      await remove(ETag);
      await refused(read(on, 'key'), 'NoSuchKey', 404);
    },
  },
  {
    id: 'nothing-left',
    what: 'a put that fails its condition leaves nothing of itself behind',
    async run(on) {
      const { ETag } = await put(on, 'key', 'first');
      const command = { Bucket: on.bucket, Key: 'key', Body: 'x'.repeat(100_000), IfMatch: '"other"' };
      await refused(on.s3.send(new PutObjectCommand(command)), 'PreconditionFailed', 412);
      assert.equal((await put(on, 'key', 'first', { IfMatch: ETag })).ETag, ETag);
    },
  },
  ...COPIES.map(([id, condition, holds]) => ({
    id: `copy-${id}`,
    what: `a copy with ${Object.keys(condition)} (${id}) ${holds ? 'is made' : 'is refused'}`,
    async run(on: S3World) {
      const { ETag } = await put(on, 'source');
      const said = Object.entries(condition).map(([name, value]) => [name, value === 'ETAG' ? ETag : value]);
      const source = { Bucket: on.bucket, Key: 'copy', CopySource: `${on.bucket}/source` };
      const copy = on.s3.send(new CopyObjectCommand({ ...source, ...Object.fromEntries(said) }));
      await (holds ? copy : refused(copy, 'PreconditionFailed', 412));
    },
  })),
]);
