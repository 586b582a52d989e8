import { crc32 } from 'node:zlib';
import type { Random } from '../support/simulation/scheduler.ts';

/** Ways to damage a file, as transfers, broken encoders and attackers do. One row a way. */
const WAYS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let n = random.below(8) + 1; n > 0; n -= 1) {
      const at = random.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    }
    return copy;
  },
  function overwrite(bytes, random) {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    return copy.fill(
      random.pick([0, 255, 128, random.below(256)]),
      at,
      Math.min(copy.length, at + random.below(32) + 1),
    );
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length) + 1),
  function cutOut(bytes, random) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(64) + 1)]);
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    const part = bytes.subarray(at, at + random.below(256) + 1);
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  function number(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length < 5) return copy;
    const value = random.pick([0, 1, 0x7fff_ffff, 0xffff_ffff, 0xffff, random.below(2 ** 31)]);
    const at = random.below(Math.min(copy.length - 4, 400));
    if (random.chance(0.5)) copy.writeUInt32BE(value, at);
    else copy.writeUInt32LE(value, at);
    return copy;
  },
];

/** A damaged copy: one to three ways, one upon the other. */
export function mutate(seed: Buffer, random: Random): Buffer {
  let bytes = seed;
  for (let n = random.below(3) + 1; n > 0 && bytes.length > 0; n -= 1)
    bytes = random.pick(WAYS)(bytes, random);
  return random.chance(0.5) ? withSums(bytes) : bytes;
}

/** With the checksums of a PNG made right again, as far as its chunks go: or damage would come no further than to them. */
function withSums(bytes: Buffer): Buffer {
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return bytes;
  const copy = Buffer.from(bytes);
  for (let at = 8; at + 12 <= copy.length; ) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}
