import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DeleteObjectsCommand, type ObjectIdentifier } from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { changing, type HttpParts, keepVersions, put, read, type S3World } from './world.ts';

export const DELETING: readonly Case<S3World>[] = feature('delete-many', [
  {
    id: 'all',
    what: 'many objects are deleted at once, also such as are not there',
    async run(on) {
      for (const key of ['a', 'b', 'kept']) await put(on, key);
      const { Deleted, Errors } = await remove(
        on,
        ['a', 'b', 'absent'].map((Key) => ({ Key })),
      );
      assert.deepEqual(Deleted?.map(({ Key }) => Key).sort(), ['a', 'absent', 'b']);
      assert.equal(Errors, undefined);
      await refused(read(on, 'a'), 'NoSuchKey');
      assert.equal(await read(on, 'kept'), 'content');
    },
  },
  {
    id: 'quiet',
    what: 'with Quiet only failures are told',
    async run(on) {
      await put(on, 'a');
      const { Deleted } = await remove(on, [{ Key: 'a' }], true);
      assert.equal(Deleted, undefined);
      await refused(read(on, 'a'), 'NoSuchKey');
    },
  },
  {
    id: 'awkward',
    what: 'keys are exact in the document that names them',
    async run(on) {
      const keys = [`<&>"'`, ' space ', 'tab\t', '日本/+%20'];
      for (const key of keys) await put(on, key);
      const { Deleted } = await remove(
        on,
        keys.map((Key) => ({ Key })),
      );
      assert.deepEqual(Deleted?.map(({ Key }) => Key).sort(), keys.sort());
      for (const key of keys) await refused(read(on, key), 'NoSuchKey');
    },
  },
  {
    id: 'versions',
    what: 'versions are deleted by their ids, keys by markers',
    async run(on) {
      await keepVersions(on);
      const { VersionId } = await put(on, 'a', 'first');
      await put(on, 'a', 'second');
      await put(on, 'b');
      const { Deleted } = await remove(on, [{ Key: 'a', VersionId }, { Key: 'b' }]);
      assert.equal(await read(on, 'a'), 'second');
      assert.equal(Deleted?.find(({ Key }) => Key === 'b')?.DeleteMarker, true);
    },
  },
  {
    id: 'match',
    what: 'with an ETag only that one is deleted, and the others are told',
    async run(on) {
      const { ETag } = await put(on, 'a');
      await put(on, 'b', 'other');
      const { Errors, Deleted } = await remove(
        on,
        ['a', 'b'].map((Key) => ({ Key, ETag })),
      );
      assert.deepEqual(
        Deleted?.map(({ Key }) => Key),
        ['a'],
      );
      assert.deepEqual(
        Errors?.map(({ Key, Code }) => [Key, Code]),
        [['b', 'PreconditionFailed']],
      );
    },
  },
  {
    id: 'too-many',
    what: 'more than 1,000 at once are refused',
    async run(on) {
      const many = Array.from({ length: 1_001 }, (_, i) => ({ Key: `${i}` }));
      await refused(remove(on, many), 'MalformedXML', 400);
    },
  },
  {
    id: 'none',
    what: 'a document that names nothing is refused',
    run: async (on) => void (await refused(remove(on, []), 'MalformedXML', 400)),
  },
  {
    id: 'long-key',
    what: 'a key longer than any can be is told by itself, and the others go',
    async run(on) {
      await put(on, 'a');
      const long = 'x'.repeat(1_025);
      const { Deleted, Errors } = await remove(on, [{ Key: long }, { Key: 'a' }]);
      assert.deepEqual(
        Deleted?.map(({ Key }) => Key),
        ['a'],
      );
      assert.deepEqual(
        Errors?.map(({ Key, Code }) => [Key, Code]),
        [[long, 'KeyTooLongError']],
      );
    },
  },
  {
    id: 'unproven',
    what: 'a list that nothing proves to have come whole deletes nothing',
    async run(on) {
      await put(on, 'a');
      const s3 = changing(on, ({ headers }) => dropProofs(headers), 'after');
      await refused(remove({ ...on, s3 }, [{ Key: 'a' }]), 'InvalidRequest', 400);
      assert.equal(await read(on, 'a'), 'content');
    },
  },
  {
    id: 'md5',
    what: 'Content-MD5 proves a list as well as a checksum does',
    async run(on) {
      await put(on, 'a');
      const prove = ({ headers, body }: HttpParts): void => {
        dropProofs(headers);
        Object.assign(headers, { 'content-md5': createHash('md5').update(String(body)).digest('base64') });
      };
      await remove({ ...on, s3: changing(on, prove, 'after') }, [{ Key: 'a' }]);
      await refused(read(on, 'a'), 'NoSuchKey');
    },
  },
]);

function dropProofs(headers: HttpParts['headers']): void {
  const proofs = Object.keys(headers).filter((name) =>
    /^(content-md5|x-amz-(sdk-)?checksum-.*)$/i.test(name),
  );
  for (const name of proofs) Reflect.deleteProperty(headers, name);
}

function remove({ s3, bucket: Bucket }: S3World, Objects: ObjectIdentifier[], Quiet = false) {
  return s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet } }));
}
