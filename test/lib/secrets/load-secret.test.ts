import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFirstUser, loadSigningKeys } from '../../../lib/secrets/load-secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'darkroom-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** Where a secret lies that says this, and before said that. */
function kept(text: string, previous?: string): string {
  count += 1;
  const file = join(folder, String(count));
  writeFileSync(file, text);
  if (previous !== undefined) writeFileSync(`${file}.previous`, previous);
  return `file:${file}`;
}

const [KEY, OLDER] = ['k'.repeat(32), 'o'.repeat(32)];

describe('the first user', () => {
  it('is read from its file', async () => {
    const location = kept('{"user":"ann","password":"pass:word"}');
    expect(await loadFirstUser(location)).toEqual({ user: 'ann', password: 'pass:word' });
  });

  it.each([
    '',
    'plain',
    '{}',
    '{"user":"ann"}',
    '{"user":"ann","password":""}',
    '{"user":1,"password":"s3cr3t"}',
  ])('that is malformed (%s) is refused without being quoted', async (text) => {
    const location = kept(text);
    await expect(loadFirstUser(location)).rejects.toThrow(
      `${location} is not JSON with "user" and "password"`,
    );
    await expect(loadFirstUser(location)).rejects.not.toThrow('s3cr3t');
  });
});

describe('the keys that sign', () => {
  it('are the current one and the one before it, if there was one', async () => {
    expect(await loadSigningKeys(kept(`${KEY}\n`))).toEqual({ current: KEY, previous: undefined });
    expect(await loadSigningKeys(kept(KEY, `${OLDER}\n`))).toEqual({ current: KEY, previous: OLDER });
  });

  it.each([
    ['', undefined],
    ['short', undefined],
    [KEY, ''],
    [KEY, '\n'],
    [KEY, 'short'],
  ])('are refused where anybody could guess one: %j, before it %j', async (current, previous) => {
    await expect(loadSigningKeys(kept(current, previous))).rejects.toThrow('it takes 22 characters or more');
  });

  it('are missed where there is no file', async () => {
    await expect(loadSigningKeys(`file:${folder}/none`)).rejects.toThrow('ENOENT');
  });
});
