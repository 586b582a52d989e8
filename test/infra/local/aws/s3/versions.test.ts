import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

describe('in a versioned bucket', () => {
  it('a put keeps what was there, and each version is read by its id', async () => {
    const ids = [await put('a', 'one'), await put('a', 'two')];
    expect(await read('a')).toBe('two');
    expect(await Promise.all(ids.map((id) => read('a', id)))).toEqual(['one', 'two']);
  });

  it('a delete puts a marker on top, and to delete the marker brings the object back', async () => {
    const id = await put('b', 'kept');
    const deleted = await live.s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key: 'b' }));
    expect(deleted).toMatchObject({ DeleteMarker: true });
    await expect(read('b')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('b', id)).toBe('kept');
    const byMarker = new HeadObjectCommand({ Bucket: VERSIONED, Key: 'b', VersionId: deleted.VersionId });
    await expect(live.s3.send(byMarker)).rejects.toMatchObject({ $metadata: { httpStatusCode: 405 } });
    await remove('b', deleted.VersionId);
    expect(await read('b')).toBe('kept');
  });

  it('to delete the newest version for good uncovers the one before', async () => {
    await put('c', 'old');
    await remove('c', await put('c', 'new'));
    expect(await read('c')).toBe('old');
  });

  it('what was there before versioning is the null version', async () => {
    const Bucket = PLAIN;
    await live.s3.send(new PutObjectCommand({ Bucket, Key: 'n', Body: 'null' }));
    const enable = (Status: 'Enabled' | 'Suspended') =>
      live.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    await enable('Enabled');
    await live.s3.send(new PutObjectCommand({ Bucket, Key: 'n', Body: 'versioned' }));
    const old = await live.s3.send(new GetObjectCommand({ Bucket, Key: 'n', VersionId: 'null' }));
    expect(await old.Body?.transformToString()).toBe('null');
    await enable('Suspended');
    await live.s3.send(new PutObjectCommand({ Bucket, Key: 'n', Body: 'null again' }));
    const { Versions } = await live.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'n' }));
    expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId === 'null', IsLatest])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it('versions and markers are listed newest first, page by page, none twice', async () => {
    for (const body of ['1', '2']) for (const key of ['v/x', 'v/y']) await put(key, body);
    await remove('v/x');
    const seen: string[] = [];
    let page: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (page) {
      const answer: Awaited<ReturnType<typeof listVersions>> = await listVersions({ ...page, MaxKeys: 1 });
      seen.push(...(answer.DeleteMarkers ?? []).map(({ Key }) => `${Key} marker`));
      for (const { Key, VersionId } of answer.Versions ?? [])
        seen.push(`${Key} ${await read(Key ?? '', VersionId)}`);
      page = answer.IsTruncated
        ? { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker }
        : undefined;
    }
    expect(seen).toEqual(['v/x marker', 'v/x 2', 'v/x 1', 'v/y 2', 'v/y 1']);
  });

  const listVersions = (more: object) =>
    live.s3.send(new ListObjectVersionsCommand({ Bucket: VERSIONED, Prefix: 'v/', ...more }));
});

describe('a delete', () => {
  it('of what is not there is no error', async () => {
    expect(
      (await signedFetch(`${live.url}/${VERSIONED}/none?versionId=${'0'.repeat(32)}`, { method: 'DELETE' }))
        .status,
    ).toBe(204);
  });

  it('on condition of an ETag spares another object', async () => {
    await put('d', 'x');
    const conditional = (IfMatch: string) =>
      live.s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key: 'd', IfMatch }));
    await expect(conditional('"other"')).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const { ETag = '' } = await live.s3.send(new HeadObjectCommand({ Bucket: VERSIONED, Key: 'd' }));
    await conditional(ETag);
    await conditional(ETag);
    await expect(read('d')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(conditional('*')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('of many tells of each', async () => {
    await put('many/1', 'x');
    await put('many/2\r\n', 'x');
    const Objects = [{ Key: 'many/1' }, { Key: 'many/2\r\n' }, { Key: 'many/1', ETag: '"other"' }];
    const answer = await live.s3.send(new DeleteObjectsCommand({ Bucket: VERSIONED, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/2\r\n', 'many/1']);
    const { KeyCount } = await live.s3.send(new ListObjectsV2Command({ Bucket: VERSIONED, Prefix: 'many/' }));
    expect(KeyCount).toBe(0);
  });
});

async function put(Key: string, Body: string): Promise<string | undefined> {
  return (await live.s3.send(new PutObjectCommand({ Bucket: VERSIONED, Key, Body }))).VersionId;
}

async function remove(Key: string, VersionId?: string): Promise<void> {
  await live.s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
}

async function read(Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await live.s3.send(new GetObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
  return Body?.transformToString();
}
