import { describe, expect, it, vi } from 'vitest';
import { acceptPicture, storePicture } from '../../../functions/api/accept-picture.ts';
import type { Deps } from '../../../functions/api/deps.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');

/** A bucket that has these keys. */
function accept(path: string, bytes: Buffer = PNG, keys: readonly string[] = [], maxSourceBytes = 5_000_000) {
  const input = {
    name: 'darkroom-input',
    current: async (key: string) => (keys.includes(key) ? {} : undefined),
    keys: async (prefix: string) => keys.filter((key) => key.startsWith(prefix)),
  };
  return acceptPicture({ input, maxSourceBytes } as unknown as Deps, path, bytes);
}

describe('a picture', () => {
  it.each([
    ['trip/cat', [], 'trip/cat.png'],
    ['trip/cat.png', ['trip/cat.jpg'], 'trip/cat.png'],
    ['trip/cat.jpg', [], 'trip/cat.jpg'],
    ['trip/cat', ['trip/cat.png', 'trip/cat.txt', 'trip/cats.jpg'], 'trip/cat.png'],
    ['.hidden', [], '.hidden.png'],
  ])('sent as %s where %j are is stored as %s, as what it is', async (path, keys, key) => {
    expect(await accept(path, PNG, keys)).toMatchObject({ key, contentType: 'image/png' });
  });

  it.each([
    ['a stem that is there under another extension', () => accept('cat', PNG, ['cat.jpg']), 'CONFLICT'],
    ['no name', () => accept(''), 'BAD_REQUEST'],
    ['a name whose outputs S3 could not hold', () => accept('x'.repeat(1_010)), 'KEY_TOO_LONG'],
    ['nothing in it', () => accept('cat', Buffer.alloc(0)), 'EMPTY_OBJECT'],
    ['another content', () => accept('cat.png', Buffer.from('<svg/>')), 'UNSUPPORTED_IMAGE'],
    ['more bytes than a request carries', () => accept('cat', Buffer.alloc(4_000_001)), 'BODY_TOO_LARGE'],
    ['more bytes than a build reads', () => accept('cat', PNG, [], 10), 'SOURCE_TOO_LARGE'],
  ])('with %s is refused', async (_what, send, code) => {
    await expect(send()).rejects.toMatchObject({ code });
  });
});

describe('a picture that is stored', () => {
  const picture = { key: 'cat.png', bytes: PNG, contentType: 'image/png' };
  const caller = { name: 'ada', role: 'writer', by: 'password' } as const;
  const request = { caller, baseUrl: 'http://here', headers: {} };

  function depsWith(log: object, owners: object = { expect: async () => 'ticket' }) {
    const put = vi.fn(async () => ({ versionId: 'v1' }));
    const clock = { now: () => 0, newId: () => 'id' };
    const deps = { input: { name: 'in', put }, log, owners, logger: vi.fn(), ...clock };
    return { put, store: () => storePicture(deps as unknown as Deps, picture, request) };
  }

  it('carries the ticket by which its event finds its owner, should its build not be opened', async () => {
    const { put, store } = depsWith({ append: () => Promise.reject(new Error('the table is down')) });
    expect(await store()).toMatchObject({ name: 'cat.png', status: 'PENDING' });
    expect(put).toHaveBeenCalledWith('cat.png', { bytes: PNG, contentType: 'image/png', ticket: 'ticket' });
  });

  it('is none where nobody could be noted as its owner', async () => {
    const { put, store } = depsWith({}, { expect: () => Promise.reject(new Error('the table is down')) });
    await expect(store()).rejects.toThrow('the table is down');
    expect(put).not.toHaveBeenCalled();
  });
});
