import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { callDynamo } from './dynamodb/call.ts';
import { startExpiry } from './dynamodb/expiry.ts';
import { superviseDynamo } from './dynamodb/supervise.ts';
import type { TableSpec } from './topology/topology.ts';

export interface LocalDynamo {
  /** Unix socket that the signed door forwards to; nothing else reaches the tables. */
  readonly socket: string;
  close(): Promise<void>;
}

const MADE_WITHIN_MS = 5_000;

/**
 * DynamoDB on this machine: dynalite, kept on disk, in a process of its own that listens on a Unix socket in the state folder. Tables are
 * made if missing, and rows whose time is over are removed. Rejects with one clear line when the database cannot be opened.
 */
export async function startDynamo(
  home: string,
  tables: readonly TableSpec[],
  log: (line: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<LocalDynamo> {
  const socket = socketPath(join(home, 'dynamodb.sock'));
  const runFolder = join(home, 'run');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const server = await superviseDynamo({ path: join(home, 'dynamodb'), socket, runFolder, log });
  try {
    for (const table of tables) await createTable(socket, table);
  } catch (error) {
    await server.close();
    throw error;
  }
  const expiry = startExpiry(socket, tables, Date.now);
  return {
    socket,
    async close() {
      await expiry.close();
      await server.close();
    },
  };
}

/** A Unix socket's path has at most 107 bytes (unix(7), sun_path); one relative to where we stand is often shorter. */
const MAX_SOCKET_PATH_BYTES = 103;

function socketPath(path: string): string {
  const shorter = [path, relative(process.cwd(), path)].find(
    (it) => Buffer.byteLength(it) <= MAX_SOCKET_PATH_BYTES,
  );
  if (shorter !== undefined) return shorter;
  throw new Error(
    `DARKROOM_HOME is too long for the socket in it: ${path} has over ${MAX_SOCKET_PATH_BYTES} bytes; choose a shorter one`,
  );
}

async function createTable(socket: string, { name, createTable }: TableSpec): Promise<void> {
  const answer = await callDynamo(socket, 'CreateTable', createTable);
  if (answer.status !== 200 && !answer.body.includes('ResourceInUseException')) {
    throw new Error(`The table ${name} cannot be made: ${answer.body}`);
  }
  const until = Date.now() + MADE_WITHIN_MS;
  while (
    !(await callDynamo(socket, 'DescribeTable', { TableName: name })).body.includes('"TableStatus":"ACTIVE"')
  ) {
    if (Date.now() > until)
      throw new Error(`The table ${name} was not made within ${MADE_WITHIN_MS / 1000} s`);
    await sleep(10);
  }
}
