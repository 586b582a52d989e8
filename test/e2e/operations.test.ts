import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { detail } from '../support/pictures.ts';
import { ROOT, temporaryHome, until } from '../support/runtime.ts';

const [first, second] = [temporaryHome(), temporaryHome()];
const [port, awsPort] = [await freePort(), await freePort()];
const url = (path: string): string => new URL(path, `http://127.0.0.1:${port}`).href;
let running: ChildProcess | undefined;

afterAll(() => {
  running?.kill('SIGKILL');
  first.remove();
  second.remove();
});

/** What docs/operations.md says of one machine, and what its commands cannot show, since they have one start only. */
describe('an operator', { timeout: 120_000 }, () => {
  let signed = '';

  it('starts it, puts a picture in and signs a URL of it', async () => {
    await start(first.home, 'first-password');
    const picture = new Uint8Array(await (await detail()).jpeg().toBuffer());
    await ask('/images/photo.jpg', 'first-password', { method: 'PUT', body: picture });
    await until(async () => (await isThere('first-password')) || undefined);
    const answer = await ask('/images/photo?url=true&xsize=20', 'first-password');
    signed = ((await answer.json()) as { url: string }).url;
    expect((await fetch(signed)).status).toBe(200);
  });

  it('moves its folder without what is built, with another password and another signing key', async () => {
    await stop();
    const isKept = (path: string): boolean => !/\/(assembly|run)$/.test(path);
    cpSync(first.home, second.home, { recursive: true, filter: isKept });
    first.remove();
    renameSync(join(second.home, 'signing-key'), join(second.home, 'signing-key.previous'));
    await start(second.home, 'second-password');
    expect(existsSync(join(second.home, 'signing-key'))).toBe(true);
  });

  it('finds the picture, its outputs and its log there', async () => {
    expect(await isThere('second-password')).toBe(true);
    const answer = await ask('/events?image=photo.jpg&status=FINISHED', 'second-password');
    const { events } = (await answer.json()) as { events: { output: string }[] };
    expect(events.map(({ output }) => output)).toContain('negated_photo.jpg');
  });

  it('has withdrawn the old password, and not the URLs that the old key signed', async () => {
    expect((await ask('/images', 'first-password')).status).toBe(401);
    expect((await fetch(signed)).status).toBe(200);
  });

  it('withdraws those by removing both keys', async () => {
    await stop();
    for (const name of ['signing-key', 'signing-key.previous']) rmSync(join(second.home, name));
    await start(second.home);
    expect((await fetch(signed)).status).toBe(401);
    expect(await isThere('second-password')).toBe(true);
    await stop();
  });
});

/** As `npm start` does it; without a password it has the one that is kept. */
async function start(home: string, password?: string): Promise<void> {
  const settings = {
    DARKROOM_HOME: home,
    PORT: String(port),
    S3_PORT: String(awsPort),
    DARKROOM_USER: 'operator',
  };
  const env = { ...process.env, ...settings, ...(password && { DARKROOM_PASSWORD: password }) };
  const program = [join(ROOT, 'infra/node24.mjs'), '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...program, join(ROOT, 'infra/local/main.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready')) return;
  throw new Error('it ended before it was ready');
}

/** One Ctrl-C under npm: the signal comes twice at once. */
async function stop(): Promise<void> {
  const child = running;
  if (child === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  running = undefined;
}

async function isThere(password: string): Promise<boolean> {
  return (await ask('/images/download/negated_photo.jpg', password)).status === 200;
}

function ask(path: string, password: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url(path), { ...init, headers: { authorization: `Basic ${btoa(`operator:${password}`)}` } });
}
