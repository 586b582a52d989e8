import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandContext, HELP, runCommand } from '../../../../infra/local/access-keys/command.ts';
import { readKeys } from '../../../../infra/local/access-keys/kept-keys.ts';

let context: CommandContext;
beforeEach(() => {
  context = {
    home: mkdtempSync(join(tmpdir(), 'darkroom-keys-')),
    region: 'eu-north-1',
    firstUser: 'darkroom',
    now: Date.parse('2026-11-21T07:00:00Z'),
    newSecret: () => 'made-up-secret',
  };
});
afterEach(() => rmSync(context.home, { recursive: true, force: true }));

const run = (line: string) =>
  runCommand(
    line.split(' ').filter((word) => word !== ''),
    context,
  );

describe('add', () => {
  it('shows the secret once, as lines for a credentials file and nothing else', () => {
    expect(run('add scanner --write darkroom-input/incoming/')).toEqual({
      code: 0,
      out: '[scanner]\naws_access_key_id = scanner\naws_secret_access_key = made-up-secret\nregion = eu-north-1\n',
      told: 'Made the key scanner, which holds until it is removed. Its secret is shown this once:\n',
    });
    expect(run('list').out).not.toContain('made-up-secret');
  });

  it('keeps it where only the owner of the folder can read it', () => {
    run('add scanner --read darkroom-output');
    expect(statSync(join(context.home, 'access-keys.json')).mode & 0o777).toBe(0o600);
  });

  it('allows exactly what is granted', () => {
    run(
      'add all --read a-bucket --write b-bucket/in/ --write c-bucket --list a-bucket/trip/ --list c-bucket --delete c-bucket',
    );
    const on = (...places: string[]) => places.map((place) => `arn:aws:s3:::${place}`);
    expect(readKeys(context.home)[0]?.policy).toMatchObject({
      Statement: [
        { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: on('a-bucket', 'b-bucket', 'c-bucket') },
        { Action: expect.arrayContaining(['s3:GetObject']), Resource: on('a-bucket/*') },
        { Action: expect.arrayContaining(['s3:PutObject']), Resource: on('b-bucket/in/*', 'c-bucket/*') },
        { Action: ['s3:DeleteObject'], Resource: on('c-bucket/*') },
        {
          Action: ['s3:ListBucket'],
          Resource: on('a-bucket')[0],
          Condition: { StringLike: { 's3:prefix': 'trip/*' } },
        },
        { Action: ['s3:ListBucket'], Resource: on('c-bucket')[0] },
      ],
    });
  });

  it('takes a policy of one’s own, if it can be enforced', () => {
    const file = join(context.home, 'policy.json');
    const Statement = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' };
    writeFileSync(file, JSON.stringify({ Statement }));
    expect(run(`add queues --policy ${file}`).code).toBe(0);
    writeFileSync(file, JSON.stringify({ Statement: { ...Statement, Action: 'all' } }));
    expect(run(`add more --policy ${file}`)).toMatchObject({
      code: 2,
      told: expect.stringContaining('"all"'),
    });
  });

  it('does not replace a key', () => {
    run('add scanner --read darkroom-output');
    expect(run('add scanner --read darkroom-input')).toMatchObject({
      code: 1,
      told: 'keys: There is a key scanner: remove it first\n',
    });
  });

  it.each([
    ['add', /NAME is missing/],
    ['add a b --read bucket', /one NAME, not a b/],
    ['add two/parts --read bucket', /NAME takes/],
    ['add darkroom --read bucket', /first user/],
    ['add darkroom-api --read bucket', /functions/],
    ['add scanner', /what the key may do/],
    ['add scanner --read bucket --policy p.json', /what the key may do/],
    ['add scanner --read B', /"B" is neither/],
    ['add scanner --read bucket/*.jpg', /--policy/],
    ['add scanner --policy /nowhere/policy.json', /nowhere/],
    ['add scanner --read bucket --expires tomorrow', /"tomorrow"/],
    ['add scanner --read bucket --expires 2026-02-31', /2026-02-31/],
    ['add scanner --read bucket --expires 2020-01-01', /over/],
    ['add scanner --reed bucket', /--reed/],
    ['list all', /takes nothing/],
    ['remove', /NAME is missing/],
    ['rename a b', /no command rename/],
    ['', /add, list or remove/],
  ])('%s: not understood', (line, message) => {
    const { code, out, told } = run(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(told).toMatch(message);
    expect(told).toContain('--help');
    expect(readKeys(context.home)).toEqual([]);
  });
});

it('list tells what each key may do and until when', () => {
  expect(run('list')).toEqual({ code: 0, out: '', told: 'There is none but the first user’s.\n' });
  run('add scanner --write darkroom-input --expires 2027-01-01');
  expect(run('list').out).toMatch(
    /^scanner, since 2026-11-21T07:00:00.000Z, until 2027-01-01T00:00:00.000Z\n {2}Allow s3:GetBucketLocation on .*\n {2}Allow s3:PutObject .* on arn:aws:s3:::darkroom-input\/\*\n$/,
  );
  context = { ...context, now: Date.parse('2027-01-02') };
  expect(run('list').out).toContain('expired 2027-01-01');
});

it('remove removes one key, and says so when there is none', () => {
  run('add scanner --read darkroom-output');
  run('add printer --read darkroom-output');
  expect(run('remove scanner').code).toBe(0);
  expect(readKeys(context.home).map(({ name }) => name)).toEqual(['printer']);
  expect(run('remove scanner')).toMatchObject({ code: 1, told: 'keys: There is no key scanner\n' });
});

it.each(['--help', '-h', 'help', 'add --help'])('%s tells how', (line) => {
  expect(run(line)).toEqual({ code: 0, out: HELP, told: '' });
});
