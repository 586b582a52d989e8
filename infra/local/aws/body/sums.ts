import { CHECKSUMS, type ChecksumName, hashing, type Running } from './checksum.ts';
import { hashInThread } from './hash-threads.ts';

/** What the bytes of a body come to. */
export type SumName = ChecksumName | 'MD5';
export type Digests = ReadonlyMap<SumName, Buffer>;

/** Several sums over one body. */
export interface Sums {
  /** Takes the next bytes in: more may come when it resolves, or at once where it returns nothing. */
  update(piece: Buffer): Promise<void> | undefined;
  /** What all bytes came to. */
  digests(): Promise<Digests>;
  /** To be called in the end, whatever happened. */
  close(): void;
}

/** From here on a thread of its own is worth being told of the bytes: below, telling it costs as much as hashing them. */
const THREAD_FROM_BYTES = 2 ** 20;

/** What OpenSSL hashes, by its name for it: half of all that a large body costs. */
const HASHES: Readonly<Partial<Record<SumName, 'md5' | 'sha1' | 'sha256'>>> = {
  MD5: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
};

/** @param size how many bytes will come. @default nobody knows: few, as in forms and documents */
export function openSums(names: ReadonlySet<SumName>, size = 0): Sums {
  const isApart = (name: SumName): boolean => size >= THREAD_FROM_BYTES && HASHES[name] !== undefined;
  const apart = [...names].filter(isApart);
  const here = [...names].filter((name) => !isApart(name)).map((name) => [name, startSum(name)] as const);
  const thread = apart.length > 0 ? hashInThread(apart.map((name) => HASHES[name] ?? '')) : undefined;
  return {
    update(piece) {
      for (const [, sum] of here) sum.update(piece);
      return thread?.update(piece);
    },
    async digests() {
      const digests = (await thread?.digests()) ?? [];
      const ofThread = digests.flatMap((digest, i) => {
        const name = apart[i];
        return name === undefined ? [] : [[name, digest] as const];
      });
      return new Map([...ofThread, ...here.map(([name, sum]) => [name, sum.digest()] as const)]);
    },
    close: () => thread?.close(),
  };
}

function startSum(name: SumName): Running {
  return name === 'MD5' ? hashing('md5') : CHECKSUMS[name].start();
}
