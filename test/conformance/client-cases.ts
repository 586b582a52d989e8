import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { answers, type Case, feature } from './case.ts';
import { CLIENTS } from './clients/clients.ts';
import { type Client, inPlace, type Place } from './clients/program.ts';
import { put, read, type S3World } from './s3/world.ts';

const AWKWARD = `a b+c%20'q"ü&=;日本.txt`;
const FOLDER = ['plain.txt', AWKWARD, `sub folder/${AWKWARD}`, 'sub folder/deep/er/x', 'UPPER/x', 'upper/x'];
/** More than the 15 MB that s3cmd puts into a part. */
const LARGE_BYTES = 20_000_000;

interface Deed {
  readonly id: string;
  readonly what: string;
  run(client: Client, place: Place): Promise<void>;
}

const DEEDS: readonly Deed[] = [
  {
    id: 'round-trip',
    what: 'puts a file under an awkward name and gets it back',
    async run(client, place) {
      const [from, to] = [join(place.folder, AWKWARD), join(place.folder, 'back')];
      await writeFile(from, 'content');
      await client.put(from, `dir/${AWKWARD}`);
      assert.equal(await read(place, `dir/${AWKWARD}`), 'content');
      await client.get(`dir/${AWKWARD}`, to);
      assert.equal(await readFile(to, 'utf8'), 'content');
    },
  },
  {
    id: 'folder',
    what: 'copies a folder with awkward names there and back',
    async run(client, { folder, s3, bucket: Bucket }) {
      const [from, to] = [join(folder, 'from'), join(folder, 'to')];
      for (const name of FOLDER) {
        await mkdir(join(from, dirname(name)), { recursive: true });
        await writeFile(join(from, name), name);
      }
      await client.upload(from, 'synced');
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'synced/' }));
      assert.deepEqual(Contents.map(({ Key }) => Key).sort(), FOLDER.map((name) => `synced/${name}`).sort());
      await mkdir(to);
      await client.download('synced', to);
      for (const name of FOLDER) assert.equal(await readFile(join(to, name), 'utf8'), name);
    },
  },
  {
    id: 'large',
    what: 'puts a large file in parts and gets it back',
    async run(client, { folder, s3, bucket: Bucket }) {
      const [from, to] = [join(folder, 'large'), join(folder, 'back')];
      const bytes = Buffer.alloc(LARGE_BYTES, 'every byte counts ');
      await writeFile(from, bytes);
      await client.put(from, 'large');
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'large' }));
      assert.match(head.ETag ?? '', /-\d+"$/);
      await client.get('large', to);
      assert.equal(md5(await readFile(to)), md5(bytes));
    },
  },
  {
    id: 'list',
    what: 'lists what is there under a prefix',
    async run(client, place) {
      for (const key of ['in/a', `in/b/${AWKWARD}`, 'out']) await put(place, key);
      const listed = await client.list('in/');
      for (const name of ['a', AWKWARD]) assert.ok(listed.includes(name), `${name} is not listed`);
      assert.ok(!listed.includes('out'));
    },
  },
  {
    id: 'presign',
    what: 'makes a URL by which anybody reads',
    async run(client, place) {
      await put(place, 'dir/a b.txt', 'content');
      assert.equal(await answers(await fetch((await client.presign('dir/a b.txt')).trim()), 200), 'content');
    },
  },
  {
    id: 'remove',
    what: 'deletes an object, and no other',
    async run(client, place) {
      for (const key of [AWKWARD, 'kept']) await put(place, key);
      await client.remove(AWKWARD);
      const { Contents } = await place.s3.send(new ListObjectsV2Command({ Bucket: place.bucket }));
      assert.deepEqual(
        Contents?.map(({ Key }) => Key),
        ['kept'],
      );
    },
  },
  {
    id: 'remove-all',
    what: 'deletes all that is under a prefix, and nothing else',
    async run(client, place) {
      for (const key of ['in/a', `in/b/${AWKWARD}`, 'in/c', 'kept']) await put(place, key);
      await client.removeAll('in/');
      const { Contents } = await place.s3.send(new ListObjectsV2Command({ Bucket: place.bucket }));
      assert.deepEqual(
        Contents?.map(({ Key }) => Key),
        ['kept'],
      );
    },
  },
];

/** Each client does each deed; one that is not installed is skipped. */
export const CLIENT_CASES: readonly Case<S3World>[] = Object.entries(CLIENTS).flatMap(([name, client]) =>
  feature(
    `client-${name}`,
    DEEDS.map(({ id, what, run }) => ({
      id,
      what: `${name} ${what}`,
      run: (on: S3World) => inPlace(on, (place) => run(client(place), place)),
    })),
  ),
);

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
