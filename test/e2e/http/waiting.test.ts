import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import { ended, events, put, startDarkroom, type TestDarkroom, until } from '../../support/runtime.ts';

const RENDER_SECONDS = 3;
let darkroom: TestDarkroom;
/** Which call of `render` is to wait, and until when; told when it came. */
let held:
  | { readonly call: string; readonly until: Promise<unknown>; readonly onCall: () => void }
  | undefined;

beforeAll(async () => {
  darkroom = await startDarkroom({
    context: { renderTimeoutSeconds: String(RENDER_SECONDS) },
    async observe({ service, operation, resource, accessKeyId }) {
      if (
        !accessKeyId.includes('render') ||
        held?.call !== `${service} ${operation} ${resource.split('/')[0]}`
      )
        return;
      const { until: end, onCall } = held;
      held = undefined;
      onCall();
      await end;
    },
  });
  await put(darkroom.s3, 'shot.png', await (await detail()).png().toBuffer());
  await ended(darkroom.http, 'shot.png');
});
afterAll(() => darkroom?.close());
beforeEach(() => {
  held = undefined;
});

interface Accepted {
  readonly id: string;
  readonly status: string;
  readonly links: { readonly build: string };
}

const render = () => darkroom.runtime.functions.get('darkroom-render');
/** A hold on the next such call: when it came, and a way to let it go. */
function hold(call: string) {
  const [come, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held = { call, until: free.promise, onCall: come.resolve };
  return { come: come.promise, free: free.resolve };
}

const finished = (build: string) =>
  until(async () => {
    const last = (await events(darkroom.http, { build })).at(-1);
    return last?.status === 'FINISHED' ? true : undefined;
  }, 30_000);

it('a picture that takes too long is a 202 with its build, goes on in the queue, and is there then', async () => {
  const path = '/images/shot.webp?xsize=101';
  const reading = hold('s3 GetObject darkroom-input');
  const answer = await darkroom.http(path);
  const body = (await answer.json()) as Accepted;
  expect(answer.status).toBe(202);
  expect(body).toMatchObject({ status: 'PENDING', links: { build: answer.headers.get('location') } });
  expect(answer.headers.get('retry-after')).toBe('5');
  expect((await darkroom.http(body.links.build)).status).toBe(200);
  for (const pid of render()?.pids() ?? []) process.kill(pid, 'SIGKILL');
  reading.free();
  await finished(body.id);
  expect((await darkroom.http(path)).status).toBe(200);
}, 60_000);

it('when the one that renders dies, the others are told that it goes on, and the next gets the picture', async () => {
  const path = '/images/shot.webp?xsize=102';
  for (const pid of render()?.pids() ?? []) process.kill(pid, 'SIGKILL');
  await until(async () => (render()?.pids().length === 0 ? true : undefined));
  const reading = hold('s3 GetObject darkroom-input');
  const winner = darkroom.http(path);
  await reading.come;
  const [pid] = render()?.pids() ?? [];
  const others = [1, 2, 3].map(() => darkroom.http(path));
  await sleep(300);
  process.kill(pid ?? 0, 'SIGKILL');
  reading.free();
  expect((await winner).status).toBe(500);
  const answers = await Promise.all(others);
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const [one] = await Promise.all(answers.map((answer) => answer.json() as Promise<Accepted>));
  await finished(one?.id ?? '');
  expect((await darkroom.http(path)).status).toBe(200);
  const all = await events(darkroom.http, { image: 'shot.png', status: 'FINISHED' });
  expect(all.filter(({ outputs }) => outputs[0]?.key.includes('xsize-102'))).toHaveLength(1);
}, 60_000);
