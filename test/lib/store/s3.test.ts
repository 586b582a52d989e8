import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../../lib/store/s3.ts';

const answer = (pieces: Iterable<string>, ContentLength: number): GetObjectCommandOutput =>
  ({
    Body: Readable.from(
      (function* () {
        for (const piece of pieces) yield Buffer.from(piece);
      })(),
    ),
    ContentLength,
  }) as unknown as GetObjectCommandOutput;

describe('The body of an answer', () => {
  test('is put together from its pieces', async () => {
    expect(String(await bodyOf(answer(['ne', '', 'gat', 'ive'], 8)))).toBe('negative');
    expect(await bodyOf(answer([], 0))).toHaveLength(0);
  });

  test.each([
    ['cut short', ['nega'], '4 of 8 bytes'],
    ['too long', ['negative', 's', ' of all'], '16 of 8 bytes'],
  ])('that is %s is an error', async (_, pieces, message) => {
    await expect(bodyOf(answer(pieces, 8))).rejects.toThrow(message);
  });

  test('that breaks off, or fails its check at the end, is that error', async () => {
    const broken = (function* () {
      yield 'nega';
      throw new Error('Checksum mismatch');
    })();
    await expect(bodyOf(answer(broken, 8))).rejects.toThrow('Checksum mismatch');
    const aborted = answer(['nega', 'tive'], 8);
    (aborted.Body as unknown as Readable).destroy();
    await expect(bodyOf(aborted)).rejects.toThrow('Premature close');
  });
});
