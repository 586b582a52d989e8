import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../../lib/pipeline/build.ts';
import { type BuildLog, buildLog } from '../../../lib/table/build-log.ts';
import { nextRow } from '../../../lib/table/next-row.ts';
import { openBuild, reopenBuild, requestOf } from '../../../lib/table/open-build.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let deps: { readonly log: BuildLog; readonly now: () => number; readonly newId: () => string };
beforeAll(async () => {
  table = await startTable();
  deps = { log: buildLog(table.dynamo, TABLE), now: Date.now, newId: () => crypto.randomUUID() };
});
afterAll(() => table.close());

const VERSION = { bucket: 'darkroom-input', key: 'trip/cat.jpg', versionId: 'v1' };
const UPLOAD = { kind: 'upload', version: VERSION } as const;
const read = async (id: string) => fold(await deps.log.read(id));
const NOTHING = { outputs: [], bytesIn: 0, bytesOut: 0, durationMs: 0 };
const FAILED = {
  status: 'FAILED',
  event: 'failed',
  code: 'BROKEN_IMAGE',
  message: 'no',
  durationMs: 1,
} as const;
const CLAIMED = { status: 'STARTED', event: 'claimed', claim: { owner: 'w', leaseUntil: 0 } } as const;

async function write(id: string, ...entries: readonly Parameters<typeof nextRow>[2][]): Promise<void> {
  for (const entry of entries) {
    const build = await read(id);
    if (build === undefined) throw new Error(`${id} is not open`);
    await deps.log.append(nextRow(deps, build, entry));
  }
}

describe('opening a build', () => {
  it('tells who asked for it, whoever opens it first', async () => {
    await openBuild(deps, 'first', 'uploaded', UPLOAD, { owner: 'ada' });
    await openBuild(deps, 'first', 'uploaded', UPLOAD);
    await openBuild(deps, 'second', 'uploaded', UPLOAD);
    await openBuild(deps, 'second', 'uploaded', UPLOAD, { owner: 'ada' });
    for (const id of ['first', 'second']) {
      expect(await read(id)).toMatchObject({ status: 'PENDING', position: 1, owner: 'ada' });
    }
  });

  it('takes nobody’s name away', async () => {
    await openBuild(deps, 'named', 'uploaded', UPLOAD, { owner: 'ada' });
    await openBuild(deps, 'named', 'uploaded', UPLOAD, { owner: 'bob' });
    expect(await read('named')).toMatchObject({ owner: 'ada' });
  });
});

describe('reopening a build', () => {
  it('makes one PENDING that failed where it was seen to, once', async () => {
    await openBuild(deps, 'failed', 'uploaded', UPLOAD, { owner: 'ada', machine: { cores: 2 } });
    await write('failed', CLAIMED, FAILED);
    for (const _again of [1, 2]) await reopenBuild(deps, 'failed', 3, { owner: 'bob' });
    const build = await read('failed');
    expect(build).toMatchObject({ status: 'PENDING', position: 4, owner: 'bob', machine: { cores: 2 } });
    await write('failed', CLAIMED, FAILED);
    await reopenBuild(deps, 'failed', 3, { owner: 'bob' });
    expect(await read('failed')).toMatchObject({ status: 'FAILED', position: 6 });
  });

  it('leaves alone what has not failed, and what is none', async () => {
    await openBuild(deps, 'open', 'uploaded', UPLOAD);
    await reopenBuild(deps, 'open', 1, {});
    await reopenBuild(deps, 'none', 1, {});
    expect(await read('open')).toMatchObject({ status: 'PENDING', position: 1 });
    expect(await read('none')).toBeUndefined();
  });
});

describe('a request', () => {
  it('is the equal one in flight, or the next', async () => {
    const what = { pipeline: 'web', step: 'w320' };
    const { id, subject, build } = await requestOf(deps, VERSION, what);
    expect(build).toBeUndefined();
    await openBuild(deps, id, 'requested', subject);
    expect(await requestOf(deps, VERSION, what)).toMatchObject({ id, build: { status: 'PENDING' } });
    expect((await requestOf(deps, VERSION, { ...what, force: true })).id).not.toBe(id);
    expect((await requestOf(deps, VERSION, { pipeline: 'web' })).id).not.toBe(id);
    await write(id, CLAIMED, { status: 'FINISHED', event: 'finished', ...NOTHING });
    expect((await requestOf(deps, VERSION, what)).id).not.toBe(id);
  });

  it('is found in a few reads, however often the same was done before', async () => {
    const what = { pipeline: 'web', step: 'w640' };
    const seen = new Set<string>();
    for (let i = 0; i < 40; i += 1) {
      const { id, subject, build } = await requestOf(deps, VERSION, what);
      expect(build).toBeUndefined();
      seen.add(id);
      await openBuild(deps, id, 'requested', subject);
      await write(id, CLAIMED, { status: 'FINISHED', event: 'finished', ...NOTHING });
    }
    expect(seen.size).toBe(40);
    let reads = 0;
    const counting = { ...deps.log, read: (id: string) => deps.log.read(id).finally(() => (reads += 1)) };
    await requestOf({ log: counting }, VERSION, what);
    expect(reads).toBeLessThan(13);
  });
});
