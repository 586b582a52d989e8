import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../../../infra/local/aws/body/aws-chunked.ts';
import { scopeText, sha256, sign, signingKey } from '../../../../../infra/local/aws/signature/sigv4.ts';

const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' };
const SIGNER = {
  key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE),
  timestamp: '20130524T000000Z',
  scope: SCOPE,
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const TRAILER = { name: 'x-amz-checksum-crc32', value: 'AAAAAA==' };

const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
const kinds = fc.record({ signed: fc.boolean(), trailer: fc.boolean() });

describe('an aws-chunked body', () => {
  it('is its content, however it is chunked, signed and cut on the way', async () => {
    await fc.assert(
      fc.asyncProperty(contents, cuts, kinds, async (chunks, sizes, kind) => {
        const { content, trailers } = await decode(cut(encode(chunks, kind), sizes), kind);
        expect(content).toEqual(Buffer.concat(chunks));
        expect(trailers).toEqual(kind.trailer ? [TRAILER] : []);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when any byte of a signed one was changed', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), async (chunks, at, change) => {
        const kind = { signed: true, trailer: true };
        const body = Buffer.from(encode(chunks, kind));
        const index = at % (body.length - 2);
        const before = body[index] ?? 0;
        body[index] = before ^ change;
        const isSameLetter =
          String.fromCharCode(before).toLowerCase() === String.fromCharCode(before ^ change).toLowerCase();
        fc.pre(!isSameLetter && before !== 0x0d && !/\s/.test(String.fromCharCode(before ^ change)));
        await expect(decode([body], kind)).rejects.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when it ends early, wherever', async () => {
    const kind = { signed: false, trailer: true };
    const body = encode([Buffer.from('hello'), Buffer.from('world')], kind);
    for (let length = 0; length < body.length - 4; length++) {
      await expect(decode([body.subarray(0, length)], kind), `cut at ${length}`).rejects.toThrow();
    }
  });

  it('has the signatures of the example that AWS published', async () => {
    const body = encode([Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a')], {
      signed: true,
      trailer: false,
    });
    const signatures = [...body.toString('latin1').matchAll(/chunk-signature=(\w+)/g)].map(
      ([, signature]) => signature,
    );
    expect(signatures).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
    expect((await decode([body], { signed: true, trailer: false })).content).toHaveLength(66_560);
  });

  it.each([
    ['a header that is no number', 'xyz\r\nhello\r\n0\r\n\r\n'],
    ['a chunk longer than it says', '3\r\nhello\r\n0\r\n\r\n'],
    ['a trailer that was not announced', '0\r\nx-amz-meta-evil: 1\r\n\r\n'],
    ['bytes behind the end', '0\r\n\r\nmore'],
    ['an endless header', `${'0'.repeat(10_000)}\r\n`],
  ])('is refused with %s', async (_, text) => {
    await expect(decode([Buffer.from(text)], { signed: false, trailer: false })).rejects.toThrow();
  });
});

interface Kind {
  readonly signed: boolean;
  readonly trailer: boolean;
}

function encode(chunks: readonly Uint8Array[], { signed, trailer }: Kind): Buffer {
  let previous = SIGNER.seed;
  const link = (kind: string, hashes: readonly string[]): string => {
    previous = sign(
      SIGNER.key,
      [`AWS4-HMAC-SHA256-${kind}`, SIGNER.timestamp, scopeText(SCOPE), previous, ...hashes].join('\n'),
    );
    return previous;
  };
  const parts = [...chunks, Buffer.alloc(0)].flatMap((chunk) => {
    const data = Buffer.from(chunk);
    const signature = signed ? `;chunk-signature=${link('PAYLOAD', [sha256(''), sha256(data)])}` : '';
    return [
      Buffer.from(`${data.length.toString(16)}${signature}\r\n`),
      data,
      Buffer.from(data.length > 0 ? '\r\n' : ''),
    ];
  });
  const { name, value } = TRAILER;
  const lines = trailer ? [`${name}:${value}`] : [];
  if (trailer && signed)
    lines.push(`x-amz-trailer-signature:${link('TRAILER', [sha256(`${name}:${value}\n`)])}`);
  return Buffer.concat([...parts, Buffer.from([...lines, '', ''].join('\r\n'))]);
}

function cut(body: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < body.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(body.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

async function decode(pieces: readonly Buffer[], { signed, trailer }: Kind) {
  const trailers: { name: string; value: string }[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    yield* pieces;
  }
  const decoded: Buffer[] = [];
  const options = {
    signer: signed ? SIGNER : undefined,
    trailers: trailer ? [TRAILER.name] : [],
    onTrailer: (name: string, value: string) => void trailers.push({ name, value }),
  };
  for await (const piece of decodeAwsChunked(source(), options)) decoded.push(piece);
  return { content: Buffer.concat(decoded), trailers };
}
