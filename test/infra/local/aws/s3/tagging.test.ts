import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED, WORK } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const EVENTS = ['s3:ObjectTagging:*'];
const TAGS = [
  { Key: 'who', Value: 'me + you' },
  { Key: 'größe', Value: '' },
];

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint({
    buckets: [
      { name: VERSIONED, versioned: true, notifications: [{ events: EVENTS, queueArn: WORK.arn }] },
      { name: PLAIN, versioned: false, notifications: [] },
    ],
  });
});
afterAll(() => live.end());

describe('the tags of an object', () => {
  it('are told, replaced and removed, and change nothing else; each change is an event', async () => {
    const at = { Bucket: VERSIONED, Key: 'tagged' };
    const put = await live.s3.send(new PutObjectCommand({ ...at, Body: 'x', Tagging: 'a=1&b=two+words' }));
    expect(await tagsOf(at)).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'two words' },
    ]);
    const tagged = await live.s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: TAGS } }));
    expect(tagged.VersionId).toBe(put.VersionId);
    expect(await tagsOf(at)).toEqual(TAGS);
    const head = await live.s3.send(new HeadObjectCommand(at));
    expect(head).toMatchObject({ ETag: put.ETag, VersionId: put.VersionId, TagCount: 2 });
    await live.s3.send(new DeleteObjectTaggingCommand(at));
    expect(await tagsOf(at)).toEqual([]);
    const told = await live.queues.receive(WORK.arn, { max: 10, waitMs: 0 });
    expect(told.map(({ body }) => JSON.parse(body).Records[0].eventName)).toEqual([
      'ObjectTagging:Put',
      'ObjectTagging:Delete',
    ]);
  });

  it('are those of one version', async () => {
    const at = { Bucket: VERSIONED, Key: 'two' };
    const { VersionId } = await live.s3.send(new PutObjectCommand({ ...at, Body: 'x', Tagging: 'a=1' }));
    await live.s3.send(new PutObjectCommand({ ...at, Body: 'y' }));
    expect(await tagsOf(at)).toEqual([]);
    expect(await tagsOf({ ...at, VersionId })).toEqual([{ Key: 'a', Value: '1' }]);
  });

  it('go with a copy, unless it has its own', async () => {
    await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'source', Body: 'x', Tagging: 'a=1' }));
    const copy = { Bucket: PLAIN, Key: 'copy', CopySource: `${PLAIN}/source` };
    await live.s3.send(new CopyObjectCommand(copy));
    expect(await tagsOf(copy)).toEqual([{ Key: 'a', Value: '1' }]);
    await live.s3.send(new CopyObjectCommand({ ...copy, TaggingDirective: 'REPLACE', Tagging: 'b=2' }));
    expect(await tagsOf(copy)).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it.each([
    ['eleven of them', Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&'), 'BadRequest'],
    ['a name of 129 signs', `${'k'.repeat(129)}=v`, 'InvalidTag'],
    ['a value of 257 signs', `k=${'v'.repeat(257)}`, 'InvalidTag'],
    ['no name', '=v', 'InvalidTag'],
    ['one name twice', 'k=1&k=2', 'InvalidTag'],
    ['a sign that may not be', 'k=%3C', 'InvalidTag'],
    ['a name that is AWS’s', 'aws:k=v', 'InvalidTag'],
  ])('are refused with %s', async (_, tagging, name) => {
    const put = new PutObjectCommand({ Bucket: PLAIN, Key: 'refused', Body: 'x', Tagging: tagging });
    await expect(live.s3.send(put)).rejects.toMatchObject({ name });
    const create = new CreateMultipartUploadCommand({ Bucket: PLAIN, Key: 'refused', Tagging: tagging });
    await expect(live.s3.send(create)).rejects.toMatchObject({ name });
  });

  it.each(['<Tagging/>', '<Tagging><TagSet><Tag><Key>k</Key><More/></Tag></TagSet></Tagging>', '<x', ''])(
    'are not read from %j',
    async (body) => {
      await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'kept', Body: 'x', Tagging: 'a=1' }));
      const answer = await signedFetch(`${live.url}/${PLAIN}/kept?tagging`, { method: 'PUT', body });
      expect(await answer.text()).toContain('<Code>MalformedXML</Code>');
      expect(await tagsOf({ Bucket: PLAIN, Key: 'kept' })).toEqual([{ Key: 'a', Value: '1' }]);
    },
  );

  it('are read from a document with line breaks, and may be none', async () => {
    await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'laid-out', Body: 'x', Tagging: 'a=1' }));
    const put = (body: string) =>
      signedFetch(`${live.url}/${PLAIN}/laid-out?tagging`, { method: 'PUT', body });
    const tag = '<Tag>\n<Key>k</Key>\n<Value>v</Value>\n</Tag>';
    await put(`<?xml version="1.0"?>\n<Tagging>\n <TagSet>\n  ${tag}\n </TagSet>\n</Tagging>\n`);
    expect(await tagsOf({ Bucket: PLAIN, Key: 'laid-out' })).toEqual([{ Key: 'k', Value: 'v' }]);
    await put('<Tagging>\n<TagSet>\n</TagSet>\n</Tagging>');
    expect(await tagsOf({ Bucket: PLAIN, Key: 'laid-out' })).toEqual([]);
  });
});

async function tagsOf({
  Bucket,
  Key,
  ...at
}: {
  Bucket: string;
  Key: string;
  VersionId?: string | undefined;
}) {
  const { VersionId } = at;
  return (await live.s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }))).TagSet;
}
