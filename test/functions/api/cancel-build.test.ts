import { describe, expect, it } from 'vitest';
import { cancelBuild } from '../../../functions/api/cancel-build.ts';
import type { Deps } from '../../../functions/api/deps.ts';
import { runBuild } from '../../../lib/build/run-build.ts';
import type { Request } from '../../../lib/http/request.ts';
import { openBuild } from '../../../lib/table/open-build.ts';
import { createScheduler } from '../../support/simulation/scheduler.ts';
import { BUCKET, createWorld } from '../../support/simulation/world.ts';

const ID = 'a'.repeat(32);

/** A world with one upload whose build nobody has taken yet. Its calls pass as they come. */
async function waiting() {
  const scheduler = createScheduler();
  const world = createWorld();
  const worker = { id: 0, deadline: world.now() + 3_000, dead: false, done: false };
  const deps = world.depsFor({ ...scheduler, gate: () => Promise.resolve() }, worker, false);
  const versionId = world.user.put('cat.png', 'cat');
  const subject = { kind: 'upload', version: { bucket: BUCKET, key: 'cat.png', versionId } } as const;
  await openBuild(deps, ID, 'uploaded', subject);
  const request = { params: { id: ID }, caller: { name: 'ada' }, baseUrl: 'http://here' };
  const turn = { deadline: worker.deadline, onClaim: () => Promise.resolve() };
  return {
    world,
    cancel: () => cancelBuild(deps as unknown as Deps, request as unknown as Request<'cancelBuild'>),
    run: () => runBuild(deps, ID, turn),
  };
}

describe('cancelling', () => {
  it('ends a build that is PENDING, and a worker that comes later makes nothing', async () => {
    const { world, cancel, run } = await waiting();
    const answer = await cancel();
    expect(JSON.parse(String(answer.body))).toMatchObject({
      ...{ id: ID, status: 'FINISHED', code: 'CANCELLED' },
      message: 'ada cancelled it before it started',
    });
    await run();
    expect(world.outputs.size).toBe(0);
    expect(world.log.get(ID)).toHaveLength(2);
  });

  it('comes too late for one that a worker has claimed', async () => {
    const { cancel, run } = await waiting();
    await run();
    await expect(cancel()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('FINISHED'),
    });
  });

  it('and a claim at once: one of them is first, and the log has no gap', async () => {
    const { world, cancel, run } = await waiting();
    const [cancelled] = await Promise.allSettled([cancel(), run()]);
    const rows = world.log.get(ID) ?? [];
    const isCancelled = rows.some((row) => 'code' in row && row.code === 'CANCELLED');
    expect(isCancelled).toBe(cancelled.status === 'fulfilled');
    expect(rows.at(-1)?.status).toBe('FINISHED');
  });
});
