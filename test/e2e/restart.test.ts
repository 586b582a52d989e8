import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { detail } from '../support/pictures.ts';
import {
  events,
  FIRST_USER,
  httpClient,
  outputKeys,
  put,
  ROOT,
  s3Client,
  temporaryHome,
  until,
} from '../support/runtime.ts';

const UPLOADS = 200;

const { home, remove } = temporaryHome();
const [port, awsPort] = [await freePort(), await freePort()];
const s3 = s3Client(`http://127.0.0.1:${awsPort}`);
const http = httpClient(`http://127.0.0.1:${port}`);
let running: ChildProcess | undefined;

afterAll(async () => {
  running?.kill('SIGKILL');
  s3.destroy();
  remove();
});

/** `npm start` without npm, so that the process id is Darkroom's own. */
async function start(): Promise<string> {
  const settings = { DARKROOM_HOME: home, PORT: String(port), S3_PORT: String(awsPort), ...FIRST_USER };
  const environment = { ...process.env, ...settings };
  running = spawn(process.execPath, [join(ROOT, 'infra/local/main.ts')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: running.stdout ?? process.stdin })) {
    if (line.startsWith('ready')) return line;
  }
  throw new Error('it ended before it was ready');
}

it('killed during 200 uploads and started again, Darkroom finishes all of them', async () => {
  expect(await start()).toContain(`http://127.0.0.1:${port}`);
  const picture = await (await detail(30, 20)).png().toBuffer();
  const keys = Array.from({ length: UPLOADS }, (_, n) => `many/${n}.png`);
  const acknowledged: string[] = [];
  const uploads = keys.map(async (key, n) => {
    if (n === UPLOADS / 2) running?.kill('SIGKILL');
    await put(s3, key, picture).then(
      () => acknowledged.push(key),
      () => undefined,
    );
  });
  await Promise.all(uploads);

  await start();
  for (const key of keys.filter((it) => !acknowledged.includes(it))) await put(s3, key, picture);
  const finished = await until(async () => {
    const found = new Set((await events(http, { status: 'FINISHED' })).map(({ image }) => image));
    return found.size === UPLOADS ? found : undefined;
  }, 90_000);
  expect([...finished].toSorted()).toEqual(keys.toSorted());
  expect(await events(http, { status: 'FAILED' })).toEqual([]);
  expect((await outputKeys(s3, 'many/negated_')).length).toBe(UPLOADS);
}, 180_000);

it('asked to end, it ends by itself with 0 and leaves no process behind', async () => {
  running?.kill('SIGTERM');
  const [code] = await once(running as ChildProcess, 'exit');
  expect(code).toBe(0);
  running = undefined;
});
