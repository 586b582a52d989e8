import assert from 'node:assert/strict';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { keepVersions, put, read, type S3World, signedUrl } from './world.ts';

export const MARKERS: readonly Case<S3World>[] = feature('version', [
  {
    id: 'marker',
    what: 'a delete leaves a marker, behind which the versions stay',
    run: versioned(async (on) => {
      const { VersionId } = await put(on, 'key', 'kept');
      const deleted = await remove(on, {});
      assert.equal(deleted.DeleteMarker, true);
      await refused(read(on, 'key'), 'NoSuchKey', 404);
      assert.equal(await read(on, 'key', { VersionId }), 'kept');
      const { KeyCount } = await on.s3.send(new ListObjectsV2Command({ Bucket: on.bucket }));
      assert.equal(KeyCount, 0);
    }),
  },
  {
    id: 'marker-told',
    what: 'a 404 behind a marker says so in its headers',
    run: versioned(async (on) => {
      await put(on, 'key');
      const { VersionId } = await remove(on, {});
      const answer = await fetch(
        await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' })),
      );
      const told = ['x-amz-delete-marker', 'x-amz-version-id'].map((name) => answer.headers.get(name));
      assert.deepEqual([answer.status, ...told], [404, 'true', VersionId]);
    }),
  },
  {
    id: 'marker-read',
    what: 'a marker itself cannot be read',
    run: versioned(async (on) => {
      await put(on, 'key');
      const { VersionId } = await remove(on, {});
      await refused(read(on, 'key', { VersionId }), 'MethodNotAllowed', 405);
    }),
  },
  {
    id: 'marker-removed',
    what: 'to delete a marker brings the object back',
    run: versioned(async (on) => {
      await put(on, 'key', 'back');
      const { VersionId } = await remove(on, {});
      const deleted = await remove(on, { VersionId });
      assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [true, VersionId]);
      assert.equal(await read(on, 'key'), 'back');
    }),
  },
]);

/** A case in a bucket that keeps versions. */
export function versioned(run: (on: S3World) => Promise<void>): (on: S3World) => Promise<void> {
  return async (on) => {
    await keepVersions(on);
    await run(on);
  };
}

export function remove(
  { s3, bucket: Bucket }: S3World,
  more: { Key?: string; VersionId?: string | undefined },
) {
  return s3.send(new DeleteObjectCommand({ Bucket, Key: 'key', ...more }));
}
