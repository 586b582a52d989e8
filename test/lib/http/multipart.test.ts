import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMultipart } from '../../../lib/http/multipart.ts';

const TYPE = 'multipart/form-data; boundary=x';

/** A form of parts, each its `Content-Disposition` behind `form-data` and its content. */
function form(...parts: readonly (readonly [disposition: string, content: string | Buffer])[]): Buffer {
  const written = parts.flatMap(([disposition, content]) => [
    Buffer.from(`--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...written, Buffer.from('--x--\r\n')]);
}

const named = (name: string): string => `name="file"; filename="${name}"`;

describe('a form', () => {
  it('gives its files in their order, byte for byte', async () => {
    const body = form([named('a.png'), 'bytes\0'], ['name="note"', 'hello'], [named('b.png'), '\r\n--y']);
    const files = await parseMultipart(TYPE, body);
    expect(files.map(({ filename, bytes }) => [filename, String(bytes)])).toEqual([
      ['a.png', 'bytes\0'],
      ['b.png', '\r\n--y'],
    ]);
  });

  it.each([
    ['cät 📷.jpg', 'cät 📷.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\photos\\cat.jpg', 'cat.jpg'],
    ['a%22b%0D%0Ac.jpg', 'a"b\r\nc.jpg'],
    ['100%25.jpg', '100%25.jpg'],
    ['', ''],
  ])('whose file is named %j names it %j', async (sent, filename) => {
    expect(await parseMultipart(TYPE, form([named(sent), 'x']))).toMatchObject([{ filename }]);
  });

  it('carries any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        fc.pre(!Buffer.from(bytes).includes('\r\n--x'));
        const [file] = await parseMultipart(TYPE, form([named('a'), Buffer.from(bytes)]));
        expect(file?.bytes).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each<[string, string, Buffer, string]>([
    ['no boundary', 'multipart/form-data', form(), 'oundary'],
    ['another boundary', 'multipart/form-data; boundary=y', form([named('a'), 'x']), ''],
    ['nothing in it', TYPE, Buffer.alloc(0), ''],
    ['a part cut short', TYPE, form([named('a'), 'abc']).subarray(0, -12), ''],
    ['a head cut short', TYPE, Buffer.from('--x\r\nContent-Dispo'), ''],
    ['a file elsewhere', TYPE, form(['name="picture"; filename="a"', 'x']), 'files go into "file"'],
    ['a file in no part', TYPE, form(['filename="a"', 'x']), 'files go into "file"'],
    ['101 files', TYPE, form(...Array.from({ length: 101 }, () => [named('a'), 'x'] as const)), '100 files'],
    ['21 fields', TYPE, form(...Array.from({ length: 21 }, () => ['name="a"', 'x'] as const)), '20 fields'],
  ])('with %s is refused, not waited for', async (_what, type, body, words) => {
    await expect(parseMultipart(type, body)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining(words),
    });
  });

  it('is read or refused with the code, whatever the body', async () => {
    const pieces = fc.constantFrom(
      '--x',
      '\r\n',
      '--',
      'Content-Disposition: form-data; name="file"',
      ';',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 }), async (parts) => {
        const outcome = parseMultipart(TYPE, Buffer.from(parts.join('')));
        await outcome.catch((error: unknown) => expect(error).toMatchObject({ code: 'BAD_REQUEST' }));
      }),
    );
  });
});
