import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callDynamo } from '../../../infra/local/dynamodb/call.ts';
import { sweepTable } from '../../../infra/local/dynamodb/expiry.ts';
import { type LocalDynamo, startDynamo } from '../../../infra/local/dynamodb.ts';
import type { TableSpec } from '../../../infra/local/topology/topology.ts';

/** Of util-linux: no other system can take disk from a process that runs. */
const PRLIMIT = '/usr/bin/prlimit';

const TABLE: TableSpec = {
  name: 'log',
  ttlAttribute: 'expires',
  createTable: {
    TableName: 'log',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  },
};

let home: string;
let dynamo: LocalDynamo;
const said: string[] = [];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-dynamo-'));
  dynamo = await startDynamo(home, [TABLE], ({ error }) => said.push(String(error)));
});
afterEach(async () => {
  await dynamo.close();
  rmSync(home, { recursive: true, force: true });
  said.length = 0;
});

describe('the DynamoDB server', () => {
  it('has its tables as soon as it is there, and keeps them', async () => {
    expect(await put('a')).toBe(200);
    await dynamo.close();
    dynamo = await startDynamo(home, [TABLE]);
    expect(await keys()).toEqual(['a']);
  });

  it('is started again when it dies, with all that it acknowledged', async () => {
    expect(await put('before')).toBe(200);
    process.kill(serverPid(), 'SIGKILL');
    await vi.waitFor(async () => expect(await put('after')).toBe(200), { timeout: 10_000, interval: 50 });
    expect(await keys()).toEqual(['after', 'before']);
    expect(said).toEqual([expect.stringContaining('started again')]);
  });

  it.skipIf(!existsSync(PRLIMIT))(
    'answers again once a full disk has room, and has lost nothing',
    async () => {
      const big = 'x'.repeat(100_000);
      expect(await put('before', { big: { S: big } })).toBe(200);
      limitFileSize(serverPid(), 250_000);
      const refused: string[] = [];
      for (let i = 0; refused.length === 0; i++) {
        if ((await put(`filling-${i}`, { big: { S: big } })) !== 200) refused.push(`filling-${i}`);
      }
      await vi.waitFor(async () => expect(await put('after')).toBe(200), { timeout: 10_000, interval: 50 });
      expect(await keys()).toEqual(expect.arrayContaining(['after', 'before', 'filling-0']));
      expect(said[0]).toContain('LEVEL_IO_ERROR');
    },
  );

  it('leaves no process behind', async () => {
    const pid = serverPid();
    await dynamo.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readdirSync(join(home, 'run'))).toEqual([]);
    dynamo = await startDynamo(home, [TABLE]);
  });
});

describe('rows with a time to live', () => {
  it('go once it is over; others stay, and so do those of which it is no time', async () => {
    const now = Date.UTC(2026, 0, 1);
    const seconds = now / 1000;
    const expires = {
      over: { N: `${seconds - 1}` },
      'over for long': { N: `${seconds - 86_400}` },
      'not yet': { N: `${seconds + 1}` },
      'in milliseconds': { N: `${now}` },
      'as text': { S: `${seconds - 1}` },
      'six years ago': { N: `${seconds - 6 * 365 * 86_400}` },
    };
    for (const [name, value] of Object.entries(expires)) await put(name, { expires: value });
    await put('without');
    const { signal } = new AbortController();
    expect(await sweepTable(dynamo.socket, TABLE, { now: () => now, signal })).toBe(2);
    expect(await keys()).toEqual(['as text', 'in milliseconds', 'not yet', 'six years ago', 'without']);
  });
});

async function put(sk: string, more: object = {}): Promise<number> {
  const Item = { pk: { S: 'p' }, sk: { S: sk }, ...more };
  const answer = await callDynamo(dynamo.socket, 'PutItem', { TableName: 'log', Item }).catch(
    () => undefined,
  );
  return answer?.status ?? 0;
}

async function keys(): Promise<string[]> {
  const { body } = await callDynamo(dynamo.socket, 'Scan', { TableName: 'log', ProjectionExpression: 'sk' });
  return JSON.parse(body)
    .Items.map((item: { sk: { S: string } }) => item.sk.S)
    .sort();
}

function serverPid(): number {
  return Number.parseInt(readdirSync(join(home, 'run'))[0] ?? '', 10);
}

/** What a write meets past this size is an error like that of a full disk. It holds for this process, not for the next. */
function limitFileSize(pid: number, bytes: number): void {
  execFileSync(PRLIMIT, ['--pid', String(pid), `--fsize=${bytes}`]);
}
