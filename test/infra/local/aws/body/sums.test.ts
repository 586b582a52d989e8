import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_NAMES, CHECKSUMS } from '../../../../../infra/local/aws/body/checksum.ts';
import { type Digests, openSums, type SumName } from '../../../../../infra/local/aws/body/sums.ts';

const ALL = new Set<SumName>([...CHECKSUM_NAMES, 'MD5']);
const MB = 2 ** 20;

describe('the sums of a body', () => {
  it.each([
    ['small', 1_000],
    ['large, in a thread', 3 * MB + 17],
    ['exactly as long as what a thread is told at a time', MB],
  ])('that is %s are those of its bytes at once', async (_, size) => {
    const bytes = randomBytes(size);
    expect(hex(await sum(bytes, size))).toEqual(hex(expected(bytes)));
  });

  it('that is longer or shorter than it said are those of what came', async () => {
    const bytes = randomBytes(2 * MB);
    for (const said of [MB, 9 * MB]) expect(hex(await sum(bytes, said))).toEqual(hex(expected(bytes)));
  });

  it('of many at once are told each its own', async () => {
    const bodies = Array.from({ length: 12 }, (_, i) => randomBytes(MB + i * 100_003));
    const sums = await Promise.all(bodies.map((bytes) => sum(bytes, bytes.length)));
    expect(sums.map(hex)).toEqual(bodies.map((bytes) => hex(expected(bytes))));
  });

  it('that break off cost the next ones nothing', async () => {
    for (let i = 0; i < 20; i++) {
      const sums = openSums(ALL, 2 * MB);
      await sums.update(randomBytes(MB));
      sums.close();
    }
    const bytes = randomBytes(2 * MB);
    expect(hex(await sum(bytes, bytes.length))).toEqual(hex(expected(bytes)));
  });
});

/** In pieces of uneven sizes, which are overwritten as soon as more may come. */
async function sum(bytes: Buffer, said: number): Promise<Digests> {
  const sums = openSums(ALL, said);
  const piece = Buffer.alloc(70_001);
  for (let at = 0; at < bytes.length; at += piece.length) {
    const size = bytes.copy(piece, 0, at);
    await sums.update(piece.subarray(0, size));
  }
  const digests = await sums.digests();
  sums.close();
  return digests;
}

function expected(bytes: Buffer): Digests {
  const checksums = CHECKSUM_NAMES.map((name) => {
    const running = CHECKSUMS[name].start();
    running.update(bytes);
    return [name, running.digest()] as const;
  });
  return new Map<SumName, Buffer>([...checksums, ['MD5', createHash('md5').update(bytes).digest()]]);
}

function hex(digests: Digests): Record<string, string> {
  return Object.fromEntries([...digests].map(([name, bytes]) => [name, bytes.toString('hex')]).toSorted());
}
