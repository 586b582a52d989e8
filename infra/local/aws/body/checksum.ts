import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c, crc64nvme } from './crc.ts';
import { joinCrcs } from './crc-join.ts';

/** A sum over bytes that arrive piece by piece. `digest` ends it. */
export interface Running {
  update(data: Buffer): void;
  digest(): Buffer;
}

/**
 * The checksums that S3 keeps with an object. Those of a polynomial can be told for a whole multipart object (FULL_OBJECT); the
 * others only as a checksum of the parts' checksums (COMPOSITE).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const CHECKSUMS = {
  CRC32: { bytes: 4, polynomial: 0xedb88320n, start: () => running32((data, crc) => crc32(data, crc)) },
  CRC32C: { bytes: 4, polynomial: 0x82f63b78n, start: () => running32(crc32c) },
  CRC64NVME: { bytes: 8, polynomial: 0x9a6c9329ac4bc9b5n, start: running64 },
  SHA1: { bytes: 20, polynomial: undefined, start: () => hashing('sha1') },
  SHA256: { bytes: 32, polynomial: undefined, start: () => hashing('sha256') },
} as const satisfies Record<string, ChecksumRow>;

interface ChecksumRow {
  readonly bytes: number;
  /** Reflected; undefined for what no sums of parts can be joined to. */
  readonly polynomial: bigint | undefined;
  readonly start: () => Running;
}

export type ChecksumName = keyof typeof CHECKSUMS;
export const CHECKSUM_NAMES = Object.keys(CHECKSUMS).filter(isChecksumName);

export interface Checksum {
  readonly name: ChecksumName;
  /** Base64; with `-N` behind it when it is one of N parts' checksums. */
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export function isChecksumName(text: string): text is ChecksumName {
  return Object.hasOwn(CHECKSUMS, text);
}

export function checksumHeader(name: ChecksumName): string {
  return `x-amz-checksum-${name.toLowerCase()}`;
}

export function checksumOf(name: ChecksumName, data: Buffer): string {
  const sum = CHECKSUMS[name].start();
  sum.update(data);
  return sum.digest().toString('base64');
}

/** The checksum of all parts as one, from theirs alone. Throws for a kind that cannot be joined. */
export function joinChecksums(name: ChecksumName, parts: readonly SummedPart[]): string {
  const { bytes, polynomial } = CHECKSUMS[name];
  if (polynomial === undefined) throw new Error(`${name} of a whole cannot be told from its parts`);
  const sums = parts.map(({ checksum, size }) => ({
    crc: BigInt(`0x0${Buffer.from(checksum ?? '', 'base64').toString('hex')}`),
    size,
  }));
  const joined = joinCrcs({ polynomial, bits: bytes * 8 }, sums);
  return Buffer.from(joined.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
}

export interface SummedPart {
  /** Base64. */
  readonly checksum: string | null;
  readonly size: number;
}

export function hashing(algorithm: 'md5' | 'sha1' | 'sha256'): Running {
  const hash: Hash = createHash(algorithm);
  return { update: (data) => void hash.update(data), digest: () => hash.digest() };
}

function running32(step: (data: Buffer, crc: number) => number): Running {
  let crc = 0;
  return {
    update(data) {
      crc = step(data, crc);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes;
    },
  };
}

function running64(): Running {
  let crc = { high: 0, low: 0 };
  return {
    update(data) {
      crc = crc64nvme(data, crc);
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(crc.high);
      bytes.writeUInt32BE(crc.low, 4);
      return bytes;
    },
  };
}
