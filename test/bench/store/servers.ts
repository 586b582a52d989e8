import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

export const BUCKET = 'bench-bucket';
/** The only ones that s3rver takes. */
export const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const SERVERS = ['darkroom', 'fauxqs, files', 'fauxqs, SQLite', 's3rver'] as const;
export type ServerName = (typeof SERVERS)[number];

/** Those of `npm start`: young memory that is collected early keeps buffers from piling up, and so do threads that share their heaps. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2'];
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

/** A server that keeps what it takes on disk, in a process of its own. */
export interface BenchServer {
  readonly name: ServerName;
  readonly s3: S3Client;
  /** Of its process until now, in MB. Linux alone tells it. */
  peakMb(): number;
  close(): Promise<void>;
}

export async function startServer(name: ServerName, modules: string): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-store-'));
  const program = [...FLAGS, join(import.meta.dirname, 'server-child.ts')];
  const child = spawn(process.execPath, [...program, name, folder, modules], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const close = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const endpoint = await firstLine(child, name);
    const s3 = client(name, endpoint);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return {
      ...{ name, s3 },
      peakMb: () => peakMb(child.pid),
      async close() {
        s3.destroy();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the SDK comes; but s3rver would store the framing of a checksum's trailer, and is spoken to without. */
function client(name: ServerName, endpoint: string): S3Client {
  const checksums = name === 's3rver' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  return new S3Client({
    ...{ endpoint, region: 'us-east-1', credentials: KEYS, forcePathStyle: true, maxAttempts: 1 },
    ...{ requestChecksumCalculation: checksums, responseChecksumValidation: checksums },
  });
}

async function firstLine(child: ChildProcess, name: string): Promise<string> {
  const told = once(child.stdout ?? child, 'data');
  const died = once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`)));
  const [line] = await Promise.race([told, died]);
  return String(line).trim();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

function peakMb(pid: number | undefined): number {
  const [, kb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}
