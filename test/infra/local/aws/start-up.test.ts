import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it, vi } from 'vitest';
import { startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { endpointOptions } from './live-endpoint.ts';

const home = mkdtempSync(join(tmpdir(), 'darkroom-start-'));
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('a start looks at no table from end to end that grows with what is stored', async () => {
  await (await startEndpoint(endpointOptions(home))).close();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  const endpoint = await startEndpoint(endpointOptions(home));
  endpoint.queues.releaseAll();
  const statements = new Set(prepare.mock.calls.map(([sql]) => sql));
  prepare.mockRestore();
  await endpoint.close();
  expect(statements.size).toBeGreaterThan(5);
  const db = new DatabaseSync(join(home, 'store.db'), { readOnly: true });
  const scans = [...statements].flatMap((sql) => {
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    return steps.filter(({ detail }) =>
      /^SCAN (version|part|upload|message)\b(?!.* USING .*message_held)/.test(`${detail}`),
    );
  });
  db.close();
  expect(scans).toEqual([]);
});
