import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import { openDatabase } from '../../../../../infra/local/aws/store/database.ts';
import { endpointOptions, type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED } from '../live-endpoint.ts';

const KEY = 'source ü+?.txt';
const SOURCE = encodeURIComponent(`${VERSIONED}/${KEY}`);
let live: LiveEndpoint;
let first: string | undefined;

beforeAll(async () => {
  live = await liveEndpoint();
  const put = (Body: string) =>
    live.s3.send(
      new PutObjectCommand({
        Bucket: VERSIONED,
        Key: KEY,
        Body,
        ContentType: 'text/x-first',
        Metadata: { a: '1' },
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  first = (await put('one')).VersionId;
  await put('two');
});
afterAll(() => live.end());

describe('a copy', () => {
  it('takes content, metadata and kind of checksum along', async () => {
    await copy({});
    const head = await live.s3.send(
      new HeadObjectCommand({ Bucket: PLAIN, Key: 'copy', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({ ContentType: 'text/x-first', Metadata: { a: '1' } });
    expect(head.ChecksumSHA256).toBeDefined();
    expect(await content()).toBe('two');
  });

  it('takes an older version when asked for it', async () => {
    const answer = await copy({ CopySource: `${SOURCE}?versionId=${first}` });
    expect(answer.CopySourceVersionId).toBe(first);
    expect(await content()).toBe('one');
  });

  it('takes new metadata when told to replace', async () => {
    await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    const head = await live.s3.send(new HeadObjectCommand({ Bucket: PLAIN, Key: 'copy' }));
    expect(head).toMatchObject({ ContentType: 'binary/octet-stream', Metadata: { b: '2' } });
  });

  it.each([
    ['to itself without a change', { Bucket: VERSIONED, Key: KEY }, 'InvalidRequest'],
    ['of another ETag', { CopySourceIfMatch: '"other"' }, 'PreconditionFailed'],
    ['unless any ETag', { CopySourceIfNoneMatch: '*' }, 'PreconditionFailed'],
    [
      'if changed since tomorrow',
      { CopySourceIfModifiedSince: new Date(Date.now() + 1e8) },
      'PreconditionFailed',
    ],
    ['over what must not exist', { IfNoneMatch: '*' }, 'PreconditionFailed'],
    ['of a key that is not there', { CopySource: `${VERSIONED}/none` }, 'NoSuchKey'],
    ['of a version that is not there', { CopySource: `${SOURCE}?versionId=none` }, 'NoSuchVersion'],
    ['of a bucket alone', { CopySource: VERSIONED }, 'InvalidArgument'],
  ])('%s is refused', async (_, input, name) => {
    await copy({});
    await expect(copy(input)).rejects.toMatchObject({ name });
  });

  it('of more than 5 GiB is made part by part', async () => {
    const own = await liveEndpoint();
    const at = { Bucket: PLAIN, Key: 'large' };
    await own.s3.send(new PutObjectCommand({ ...at, Body: '0123456789' }));
    await own.close();
    const db = openDatabase(own.home);
    db.run('UPDATE version SET size = ?', 6 * 2 ** 30);
    db.close();
    const again = await startEndpoint({ ...endpointOptions(own.home), port: own.port });
    const s3 = own.s3With({});
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    const from = { ...at, UploadId, PartNumber: 1, CopySource: `${PLAIN}/large` };
    const tooLarge = { name: 'InvalidRequest' };
    await expect(s3.send(new CopyObjectCommand({ ...from, Key: 'copy' }))).rejects.toMatchObject(tooLarge);
    await expect(s3.send(new UploadPartCopyCommand(from))).rejects.toMatchObject(tooLarge);
    const part = s3.send(new UploadPartCopyCommand({ ...from, CopySourceRange: 'bytes=2-4' }));
    await expect(part).resolves.toMatchObject({ CopyPartResult: { ETag: expect.stringMatching(/./) } });
    await again.close();
    await own.end();
  });
});

function copy(input: object) {
  return live.s3.send(new CopyObjectCommand({ Bucket: PLAIN, Key: 'copy', CopySource: SOURCE, ...input }));
}

async function content(): Promise<string | undefined> {
  const { Body } = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'copy' }));
  return Body?.transformToString();
}
