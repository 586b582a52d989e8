import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import { ended, outputKeys, put, startDarkroom, type TestDarkroom, until } from '../../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
  await put(darkroom.s3, 'trip/cat.png', await (await detail()).png().toBuffer());
  await put(darkroom.s3, 'bad.png', 'no picture');
  await ended(darkroom.http, 'trip/cat.png');
  await ended(darkroom.http, 'bad.png');
});

afterAll(() => darkroom.close());

interface Build {
  readonly id: string;
  readonly status: string;
  readonly code: string | null;
  readonly detail: string;
  readonly image: string;
  readonly owner: string | null;
  readonly outputs: readonly { readonly name: string; readonly key: string; readonly stands: boolean }[];
  readonly links: Readonly<Record<string, string>>;
}

async function post(path: string, body?: object): Promise<{ answer: Response; body: Build }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await darkroom.http(path, { method: 'POST', body: JSON.stringify(body ?? {}), headers });
  return { answer, body: (await answer.json()) as Build };
}

const start = (body: object) => post('/build', body);
const read = async (id: string) => (await (await darkroom.http(`/build/${id}`)).json()) as Build;
const over = (id: string) =>
  until(async () => {
    const build = await read(id);
    return build.status === 'FINISHED' || build.status === 'FAILED' ? build : undefined;
  });

describe('a build that is asked for', () => {
  it('makes what its pipeline says, in the name of who asked', async () => {
    const machine = { host: 'lab-1', cores: 8 };
    const { answer, body } = await start({ workflow: 'web', image: 'trip/cat', machine });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(body.links.build);
    expect(await over(body.id)).toMatchObject({
      ...{ status: 'FINISHED', code: null, image: 'trip/cat.png', owner: 'tester', machine },
      ...{ image_id: 'trip/cat.png', filename: 'derived/trip/cat.png/w320.webp' },
    });
    expect(await outputKeys(darkroom.s3, 'derived/trip/cat.png/w')).toHaveLength(4);
  });

  it('of what stands unchanged is SKIPPED, unless it is forced', async () => {
    const step = { workflow: 'default', step_id: 'thumbnail', image: 'trip/cat.png' };
    expect(await over((await start(step)).body.id)).toMatchObject({ status: 'FINISHED', code: 'SKIPPED' });
    expect(await over((await start({ ...step, force: 'false' })).body.id)).toMatchObject({ code: 'SKIPPED' });
    const forced = await over((await start({ ...step, force: 'true' })).body.id);
    expect(forced).toMatchObject({ status: 'FINISHED', code: null });
    expect(forced.outputs.map(({ name }) => name)).toEqual(['thumbnail']);
  });

  it('twice at once has one id, and once it ended another', async () => {
    const asked = { workflow: 'web', step_id: 'w320', image: 'trip/cat.png', force: true };
    const [one, two] = await Promise.all([start(asked), start(asked)]);
    expect(one.body.id).toBe(two.body.id);
    await over(one.body.id);
    expect((await start(asked)).body.id).not.toBe(one.body.id);
  });

  it('with dryRun tells what it would make, and makes nothing', async () => {
    const { answer, body } = await start({ workflow: 'default', image: 'bad.png', dryRun: true });
    expect(answer.status).toBe(200);
    expect(body.outputs.map(({ key, stands }) => [key, stands])).toEqual([
      ['negated_bad.png', false],
      ['derived/bad.png/thumbnail.jpg', false],
      ['derived/bad.png/preview.jpg', false],
    ]);
    const { body: cat } = await start({ workflow: 'default', image: 'trip/cat.png', dryRun: true });
    expect(cat.outputs.map(({ stands }) => stands)).toEqual([true, true, true]);
  });

  it.each([
    [{ workflow: 'none', image: 'bad.png' }, 404, 'there are default, web'],
    [{ workflow: 'web', step_id: 'none', image: 'bad.png' }, 400, 'w320'],
    [{ workflow: 'web', version: '99', image: 'bad.png' }, 400, 'latest'],
    [{ workflow: 'web', image: 'none.png' }, 404, 'none.png'],
    [{ workflow: 'web' }, 400, 'one image'],
    [{ workflow: 'web', glob: '*' }, 400, 'one image'],
    [{ image: 'bad.png' }, 400, 'workflow'],
    [{ workflow: 'web', image: 'bad.png', force: 'perhaps' }, 400, 'force'],
    [{ workflow: 'web', image: 'bad.png', colour: 'red' }, 400, 'colour'],
  ])('for %j is refused with %d', async (body, status, words) => {
    const { answer, body: problem } = await start(body);
    expect(answer.status).toBe(status);
    expect(problem.detail).toContain(words);
  });
});

describe('a build', () => {
  it('that FAILED is retried, and no other', async () => {
    const failed = await ended(darkroom.http, 'bad.png');
    const { answer, body } = await post(`/build/${failed.build}/retry`);
    expect(answer.status).toBe(202);
    expect(body).toMatchObject({ id: failed.build, status: 'PENDING' });
    const again = await until(async () => {
      const log = await (await darkroom.http(`/events?build=${failed.build}`)).json();
      const rows = (log as { events: { status: string; owner: string | null }[] }).events;
      return rows.filter(({ status }) => status === 'FAILED').length === 2 ? rows : undefined;
    });
    expect(again.find((row, i) => i > 0 && row.status === 'PENDING')).toMatchObject({ owner: 'tester' });
    const { id } = (await start({ workflow: 'web', image: 'trip/cat.png' })).body;
    await over(id);
    const refused = await post(`/build/${id}/retry`);
    expect(refused.answer.status).toBe(409);
    expect(refused.body.detail).toContain('FINISHED');
  });

  it('that has ended cannot be cancelled, and one that is none is not found', async () => {
    const { build } = await ended(darkroom.http, 'trip/cat.png');
    const answer = await darkroom.http(`/build/${build}`, { method: 'DELETE' });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('FINISHED');
    expect((await darkroom.http('/build/none', { method: 'DELETE' })).status).toBe(404);
    expect((await post('/build/none/retry')).answer.status).toBe(404);
  });
});

describe('a listing of builds', () => {
  const list = async (query: Record<string, string> = {}) => {
    const answer = await darkroom.http(`/build?${new URLSearchParams(query)}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as {
      builds: (Build & { times: { PENDING: string } })[];
      next: string | null;
    };
  };

  it('tells each once, newest first, page by page', async () => {
    const { builds } = await list();
    const times = builds.map(({ times }) => times.PENDING);
    expect(times).toEqual(times.toSorted().reverse());
    expect(new Set(builds.map(({ id }) => id)).size).toBe(builds.length);
    const found: string[] = [];
    let next: string | null = null;
    do {
      const page = await list({ limit: '2', ...(next !== null && { cursor: next }) });
      found.push(...page.builds.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(found).toEqual(builds.map(({ id }) => id));
  });

  it('of a status, an image or oneself', async () => {
    expect((await list({ status: 'FAILED' })).builds.map(({ image }) => image)).toEqual(['bad.png']);
    for (const { image } of (await list({ image: 'trip/cat' })).builds) expect(image).toBe('trip/cat.png');
    const own = (await list({ owner: 'me' })).builds;
    expect(own.length).toBeGreaterThan(0);
    for (const { owner } of own) expect(owner).toBe('tester');
    expect((await list({ image: 'bad.png', status: 'FINISHED' })).builds).toEqual([]);
  });

  it.each(['status=DONE', 'owner=you', 'limit=0', 'cursor=x'])('with %s is a 400', async (query) => {
    expect((await darkroom.http(`/build?${query}`)).status).toBe(400);
  });
});
