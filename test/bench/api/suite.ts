import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  CREDENTIALS,
  ended,
  events,
  INPUT,
  put,
  startDarkroom,
  type TestDarkroom,
} from '../../support/runtime.ts';
import { jpeg } from '../engine/inputs.ts';
import { type Cost, type Measured, median, medianRatio } from '../pairs.ts';
import { startIpx } from './ipx.ts';
import { type Server, startServer, ticksOf, whole } from './server.ts';

const ROWS = {
  bare: 'GET 320 wide of a 12 MP JPEG, a miss from the original, CPU of render: to node:http and sharp',
  bucket: 'the same: to node:http and sharp, the original in the same bucket',
  ipx: 'the same: to ipx 3.1.1',
  preview: 'the same with the preview there: to node:http and sharp',
  repeat: 'a repeat, CPU of render: to a miss of node:http and sharp',
  together: '16 equal misses at once, one rendered: time until all are answered, to one miss alone',
} as const;

/** Requests to a measurement: a tick is 10 ms, and a repeat takes less. */
const MISSES = 8;
const REPEATS = 40;

/** The `render` function as it runs in production, its bundle under the runtime client, against servers that only render. */
export async function* measure(pairs: number): AsyncIterable<Measured> {
  if (!existsSync('/proc/self/stat')) {
    for (const [id, what] of Object.entries(ROWS))
      yield { id, what, skipped: 'there is no /proc to count CPU by' };
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  const file = join(folder, 'photo.jpg');
  const picture = await jpeg(12);
  writeFileSync(file, picture);
  const bareServer = join(import.meta.dirname, 'bare-server.ts');
  const servers: Server[] = [await startServer(bareServer, file)];
  const darkroom = await startDarkroom();
  try {
    await put(darkroom.s3, 'photo.jpg', picture);
    await ended(darkroom.http, 'photo.jpg');
    const [bare] = servers;
    if (bare === undefined) throw new Error('The bare server is the first');
    const theirs = costOf(() => [bare.pid], MISSES, bare.ask);
    const miss = ours(darkroom, MISSES, () => newRecipe('metadata=keep'));
    yield row('bare', 1.05, pairs, await medianRatio(miss, theirs, pairs));

    const ofBucket = await startServer(bareServer, await presigned(darkroom, 'photo.jpg'));
    servers.push(ofBucket);
    const fetching = costOf(() => [ofBucket.pid], MISSES, ofBucket.ask);
    yield row('bucket', 1.05, pairs, await medianRatio(miss, fetching, pairs));

    const ipx = await startIpx(folder);
    if (ipx === undefined)
      yield { id: 'ipx', what: ROWS.ipx, skipped: 'npm has no ipx, and the registry does not answer' };
    else {
      servers.push(ipx);
      yield row(
        'ipx',
        1.05,
        pairs,
        await medianRatio(
          miss,
          costOf(() => [ipx.pid], MISSES, ipx.ask),
          pairs,
        ),
      );
    }

    const preview = ours(darkroom, MISSES, () => newRecipe('metadata=strip'));
    yield row('preview', 1.05, pairs, await medianRatio(preview, theirs, pairs));
    const repeat = ours(darkroom, REPEATS, () => '/images/photo.jpg?xsize=320');
    yield row('repeat', 0.1, pairs, (await medianRatio(repeat, theirs, pairs)) * (MISSES / REPEATS));
    yield row('together', 2, pairs, await together(darkroom, pairs));
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    await darkroom.close();
    rmSync(folder, { recursive: true });
  }
}

function presigned({ s3 }: TestDarkroom, key: string): Promise<string> {
  return getSignedUrl(s3, new GetObjectCommand({ Bucket: INPUT, Key: key }), { expiresIn: 3_600 });
}

function row(id: keyof typeof ROWS, atMost: number, pairs: number, ratio: number): Measured {
  return { id, what: ROWS[id], atMost, pairs, ratio };
}

let recipes = 0;

/** A recipe that nobody asked for before and that makes the same picture: JPEG has no place where a background shows. */
function newRecipe(modifier: string): string {
  recipes += 1;
  return `/images/photo.jpg?xsize=320&${modifier}&background=${recipes.toString(16).padStart(6, '0')}`;
}

function ours(darkroom: TestDarkroom, requests: number, path: () => string): Cost {
  const pids = (): readonly number[] => darkroom.runtime.functions.get('darkroom-render')?.pids() ?? [];
  return costOf(pids, requests, () => get(darkroom, path()));
}

/** The client of the tests would also compare each answer with its description. */
function get({ runtime }: TestDarkroom, path: string): Promise<void> {
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  const authorization = `Basic ${btoa(`${accessKeyId}:${secretAccessKey}`)}`;
  return whole(fetch(runtime.apiUrl + path, { headers: { authorization } }));
}

/** Ticks of so many requests, one behind the other. */
function costOf(pids: () => readonly number[], requests: number, ask: () => Promise<void>): Cost {
  return async () => {
    const before = ticksOf(pids());
    for (let request = 0; request < requests; request += 1) await ask();
    return ticksOf(pids()) - before;
  };
}

/** By the clock, with sandboxes that are warm. */
async function together(darkroom: TestDarkroom, pairs: number): Promise<number> {
  const timed = async (requests: number): Promise<number> => {
    const path = newRecipe('metadata=keep');
    const before = performance.now();
    await Promise.all(Array.from({ length: requests }, () => get(darkroom, path)));
    const elapsedMs = performance.now() - before;
    const asked = new URL(path, 'http://h').searchParams.get('background') ?? '';
    const log = await events(darkroom.http, { image: 'photo.jpg' });
    const made = log.filter(({ event, outputs }) => event === 'writing' && outputs[0]?.key.includes(asked));
    if (made.length !== 1) throw new Error(`${requests} equal requests were rendered ${made.length} times`);
    return elapsedMs;
  };
  await timed(16);
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const alone = await timed(1);
    ratios.push((await timed(16)) / alone);
  }
  return median(ratios);
}
