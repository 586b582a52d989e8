import { rmSync } from 'node:fs';
import { request, type Server } from 'node:http';
import { join, relative } from 'node:path';
import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';
import dynalite from 'dynalite';
import type { TableSpec } from './topology/topology.ts';

export interface LocalDynamo {
  /** Unix socket that the signed door forwards to; nothing else reaches the tables. */
  readonly socket: string;
  close(): Promise<void>;
}

/** DynamoDB on this machine: dynalite, kept on disk, listening on a Unix socket in the state folder; tables are made if missing. */
export async function startDynamo(home: string, tables: readonly TableSpec[]): Promise<LocalDynamo> {
  const socket = socketPath(join(home, 'dynamodb.sock'));
  rmSync(socket, { force: true });
  closeIteratorsOnReturn();
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server: Server = dynalite({ path: join(home, 'dynamodb'), ...instant });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  for (const table of tables) await createTable(socket, table);
  return {
    socket,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * dynalite 4.0.0 ends each read with the `return` that an iterator of this database does not have, so every query would leave one
 * open for ever: some KB each, and a snapshot of the data. It gets one that closes it.
 */
function closeIteratorsOnReturn(): void {
  for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator]) {
    Object.assign(prototype, {
      return(this: { close(): Promise<void> }) {
        return this.close();
      },
    });
  }
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
  const answer = await call(socket, 'CreateTable', createTable);
  if (answer.status !== 200 && !answer.body.includes('ResourceInUseException')) {
    throw new Error(`The table ${name} cannot be made: ${answer.body}`);
  }
}

/** dynalite wants the form of a signature and does not check it; the door in front of it does. */
const FORM_OF_A_SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none';

function call(
  socketPath: string,
  operation: string,
  body: unknown,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: FORM_OF_A_SIGNATURE,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path: '/', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
      answer.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}
