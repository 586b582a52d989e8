import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeKeys, keptKeys, readKeys } from '../../../../infra/local/access-keys/kept-keys.ts';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../aws/live-endpoint.ts';

const POLICY = {
  Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${PLAIN}/*` },
};

let home: string;
let now = Date.parse('2026-11-21T07:00:00Z');
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-keys-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function addKey(name: string, expires?: string): void {
  const key = { name, secret: `${name}-secret`, created: new Date(now).toISOString(), policy: POLICY };
  changeKeys(home, (keys) => [...keys, { ...key, ...(expires !== undefined && { expires }) }]);
}

const find = (id: string) => keptKeys(home, { accountId: '000000000000', now: () => now })(id);

describe('a key that is kept', () => {
  it('is found by its name, with whom it stands for', () => {
    addKey('scanner');
    expect(find('scanner')).toMatchObject({
      secret: 'scanner-secret',
      arn: 'arn:aws:iam::000000000000:user/scanner',
      policy: [{ effect: 'Allow' }],
    });
    expect(find('printer')).toBeUndefined();
  });

  it('is none once it has expired', () => {
    addKey('scanner', '2027-01-01T00:00:00.000Z');
    expect(find('scanner')).toBeDefined();
    now = Date.parse('2027-01-01T00:00:00Z');
    expect(find('scanner')).toBeUndefined();
  });

  it('is told to be damaged when its file is', () => {
    writeFileSync(join(home, 'access-keys.json'), '{');
    expect(() => find('scanner')).toThrow(/access-keys.json is damaged/);
  });
});

describe('while the endpoint runs', () => {
  let endpoint: LiveEndpoint;
  beforeEach(async () => {
    endpoint = await liveEndpoint({ findKey: keptKeys(home, { accountId: '000000000000', now: () => now }) });
    await endpoint.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'a', Body: 'x' }));
  });
  afterEach(() => endpoint.end());

  it('a key counts from the call after it was made until it is removed', async () => {
    const client = endpoint.s3With({
      credentials: { accessKeyId: 'scanner', secretAccessKey: 'scanner-secret' },
    });
    const read = () => client.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'a' }));
    await expect(read()).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    addKey('scanner');
    await expect(read()).resolves.toBeDefined();
    await expect(client.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'a', Body: 'x' }))).rejects.toThrow(
      's3:PutObject',
    );
    changeKeys(home, () => []);
    await expect(read()).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });

  it('keys that cannot be read are an outage for their holders, and for nobody else', async () => {
    writeFileSync(join(home, 'access-keys.json'), '{');
    const client = endpoint.s3With({
      credentials: { accessKeyId: 'scanner', secretAccessKey: 'scanner-secret' },
    });
    const read = new GetObjectCommand({ Bucket: PLAIN, Key: 'a' });
    await expect(client.send(read)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(endpoint.s3.send(read)).resolves.toBeDefined();
  });
});

it('commands that run at once lose nothing of each other', async () => {
  const entry = resolve(import.meta.dirname, '../../../../infra/local/keys.ts');
  const add = (name: string) =>
    promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', entry, 'add', name, '--read', PLAIN],
      {
        env: { ...process.env, DARKROOM_HOME: home, AWS_REGION: 'us-east-1' },
      },
    );
  const outputs = await Promise.all(['one', 'two', 'three', 'four'].map(add));
  expect(outputs.map(({ stdout }) => stdout.split('\n')[0])).toEqual(['[one]', '[two]', '[three]', '[four]']);
  expect(
    readKeys(home)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['four', 'one', 'three', 'two']);
  await expect(add('one')).rejects.toMatchObject({
    code: 1,
    stderr: 'keys: There is a key one: remove it first\n',
  });
});
