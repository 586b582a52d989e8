import { deflateSync, inflateSync } from 'node:zlib';
import { MAX_PROFILE_BYTES, plainProfile } from './plain-profile.ts';
import type { Chunk } from './png-chunks.ts';

/** Behind the name of a profile and its closing 0 comes the way it is packed, of which there is one (PNG 3rd edition, 11.3.2.3). */
const NAME = Buffer.from('icc\0\0', 'latin1');

/** An iCCP chunk with its profile made plain and unnamed; undefined for one that cannot be unpacked, is too long, or is none. */
export function plainChunk({ type, data }: Chunk): Chunk | undefined {
  const plain = plainProfile(unpack(data.subarray(data.indexOf(0) + 2)));
  return plain && { type, data: Buffer.concat([NAME, deflateSync(plain)]) };
}

function unpack(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: MAX_PROFILE_BYTES });
  } catch {
    // zlib has an error for each kind of damage; none of them leaves a profile.
    return Buffer.alloc(0);
  }
}
