import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { VERSIONED as Bucket } from './live-endpoint.ts';

/** What writers tried, and what they were told of it. */
export interface Account {
  /** SHA-256 of each content that was ever sent. */
  readonly tried: Set<string>;
  /** SHA-256 by the id of each version that was acknowledged. */
  readonly stored: Map<string, string>;
  readonly markers: Set<string>;
  /** Versions whose removal was asked for, and those whose removal was acknowledged. */
  readonly removing: Set<string>;
  readonly removed: Set<string>;
}

export function openAccount(): Account {
  const [tried, markers, removing, removed] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ];
  return { tried, stored: new Map(), markers, removing, removed };
}

type Turn = (client: S3Client, account: Account, turn: number, name: string) => Promise<void>;

/** One row a habit: what a writer does at each turn until the server is gone. */
const HABITS = {
  async single(client, account, turn, name) {
    await put(client, account, `${name}/${turn}`);
  },
  async overwrite(client, account, turn) {
    await put(client, account, `shared/${turn % 3}`);
  },
  async multipart(client, account, turn, name) {
    const Key = `${name}/${turn % 2}`;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const bodies = turn % 8 === 0 ? [content(MIN_PART_BYTES), content()] : [content()];
    account.tried.add(sha256(...bodies));
    const Parts = [];
    for (const [i, Body] of bodies.entries()) {
      const PartNumber = i + 1;
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    const MultipartUpload = { Parts };
    const done = await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
    );
    account.stored.set(done.VersionId ?? '', sha256(...bodies));
  },
  async remove(client, account, turn, name) {
    const Key = `${name}/${turn % 3}`;
    const VersionId = await put(client, account, Key);
    if (turn % 2 === 0) {
      const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
      account.markers.add(marker.VersionId ?? '');
      return;
    }
    account.removing.add(VersionId);
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    account.removed.add(VersionId);
  },
} as const satisfies Record<string, Turn>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: of every part but the last. */
const MIN_PART_BYTES = 5 * 2 ** 20;

/** Twelve writers, three of each habit, and a reader; all end with the server. Rejects when the reader got what nobody wrote. */
export async function writeUntilGone(client: S3Client, account: Account): Promise<void> {
  const writers = Object.entries(HABITS).flatMap(([habit, turn]) =>
    [0, 1, 2].map((i) => untilGone((n) => turn(client, account, n, `${habit}-${i}`))),
  );
  const torn: string[] = [];
  const reader = untilGone(async (n) => {
    const Key = `shared/${n % 3}`;
    const { Body, VersionId } = await client.send(new GetObjectCommand({ Bucket, Key })).catch(forMissing);
    const sum = Body && sha256(await Body.transformToByteArray());
    if (sum !== undefined && !account.tried.has(sum)) torn.push(VersionId ?? Key);
  });
  await Promise.all([...writers, reader]);
  if (torn.length > 0) throw new Error(`read torn: ${torn.join(', ')}`);
}

/** However slow the machine is, a kill behind this meets writers that have done something. */
export async function untilAcknowledged({ stored }: Account, count: number): Promise<void> {
  for (let i = 0; i < 200 && stored.size < count; i++) await sleep(20);
}

async function untilGone(turn: (n: number) => Promise<void>): Promise<void> {
  try {
    for (let n = 0; ; n++) await turn(n);
  } catch {
    // The server is gone.
  }
}

function forMissing(error: unknown): { Body?: never; VersionId?: never } {
  if (error instanceof Error && error.name === 'NoSuchKey') return {};
  throw error;
}

async function put(client: S3Client, account: Account, Key: string): Promise<string> {
  const Body = content();
  const sum = sha256(Body);
  account.tried.add(sum);
  const { VersionId = '' } = await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  account.stored.set(VersionId, sum);
  return VersionId;
}

const FILLING = randomBytes(MIN_PART_BYTES);

/** Never the same twice. @default bytes up to 60,000 */
function content(size = 16 + Math.floor(Math.random() * 60_000)): Buffer {
  return Buffer.concat([randomBytes(16), FILLING.subarray(16, size)]);
}

export function sha256(...pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
