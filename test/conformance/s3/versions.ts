import assert from 'node:assert/strict';
import {
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { remove, versioned } from './markers.ts';
import { keepVersions, put, read, type S3World } from './world.ts';

export const VERSIONS: readonly Case<S3World>[] = feature('version', [
  {
    id: 'kept',
    what: 'each put is a version that can be read',
    run: versioned(async (on) => {
      const [first, second] = [await put(on, 'key', 'first'), await put(on, 'key', 'second')];
      assert.notEqual(first.VersionId, second.VersionId);
      assert.equal(await read(on, 'key'), 'second');
      assert.equal(await read(on, 'key', { VersionId: first.VersionId }), 'first');
    }),
  },
  {
    id: 'described',
    what: 'HEAD describes a version, and says which',
    run: versioned(async (on) => {
      const { VersionId } = await put(on, 'key', 'first');
      await put(on, 'key', 'the second');
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key', VersionId }));
      assert.deepEqual([head.ContentLength, head.VersionId], [5, VersionId]);
    }),
  },
  {
    id: 'before',
    what: 'what was there before versioning is the version `null`',
    async run(on) {
      await put(on, 'key', 'before');
      await keepVersions(on);
      await put(on, 'key', 'after');
      assert.equal(await read(on, 'key', { VersionId: 'null' }), 'before');
    },
  },
  {
    id: 'suspended',
    what: 'while suspended, puts replace the version `null` and no other',
    run: versioned(async (on) => {
      const { VersionId } = await put(on, 'key', 'first');
      await keepVersions(on, 'Suspended');
      for (const body of ['second', 'third']) await put(on, 'key', body);
      assert.equal(await read(on, 'key', { VersionId }), 'first');
      assert.deepEqual(
        (await list(on)).map(([, id]) => id),
        ['null', VersionId],
      );
    }),
  },
  {
    id: 'removed',
    what: 'a deleted version is gone, and the one before is current',
    run: versioned(async (on) => {
      await put(on, 'key', 'first');
      const { VersionId } = await put(on, 'key', 'second');
      await remove(on, { VersionId });
      await refused(read(on, 'key', { VersionId }), 'NoSuchVersion', 404);
      assert.equal(await read(on, 'key'), 'first');
    }),
  },
  {
    id: 'removed-older',
    what: 'to delete an older version leaves the current one',
    run: versioned(async (on) => {
      const { VersionId } = await put(on, 'key', 'first');
      await put(on, 'key', 'second');
      await remove(on, { VersionId });
      assert.deepEqual((await list(on)).length, 1);
      assert.equal(await read(on, 'key'), 'second');
    }),
  },
  {
    id: 'absent',
    what: 'a version that never was is not found',
    run: versioned(async (on) => {
      const { VersionId } = await put(on, 'other');
      await put(on, 'key');
      await refused(read(on, 'key', { VersionId }), 'NoSuchVersion', 404);
    }),
  },
  {
    id: 'listed',
    what: 'versions are listed by key and then from new to old, the current one marked',
    run: versioned(async (on) => {
      const [b1, a1] = [await put(on, 'b'), await put(on, 'a')];
      const a2 = await put(on, 'a');
      const marker = await remove(on, { Key: 'b' });
      assert.deepEqual(await list(on), [
        ['a', a2.VersionId, true],
        ['a', a1.VersionId, false],
        ['b', b1.VersionId, false],
        ['b', marker.VersionId, true],
      ]);
    }),
  },
  {
    id: 'listed-paged',
    what: 'pages of versions lose and repeat nothing, within a key too',
    run: versioned(async (on) => {
      for (const key of ['b', 'a', 'a', 'a']) await put(on, key);
      assert.deepEqual(await list(on, 1), await list(on));
    }),
  },
]);

/** Key, id, whether it is current: the versions of each page, then its markers. */
async function list(
  { s3, bucket: Bucket }: S3World,
  MaxKeys?: number,
): Promise<(string | boolean | undefined)[][]> {
  const all: (string | boolean | undefined)[][] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys, ...from }),
    );
    const both = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    all.push(...both.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]));
    const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
  }
  return all;
}
