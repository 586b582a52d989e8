import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Skipped } from '../case.ts';
import type { S3World } from '../s3/world.ts';

/** A client as people use it. Keys are those of objects, files are paths. */
export interface Client {
  put(file: string, key: string): Promise<unknown>;
  get(key: string, file: string): Promise<unknown>;
  /** Copies a folder with all below it under a prefix. */
  upload(folder: string, prefix: string): Promise<unknown>;
  /** Copies what is under a prefix into a folder. */
  download(prefix: string, folder: string): Promise<unknown>;
  /** A text in which each key below a prefix occurs. */
  list(prefix: string): Promise<string>;
  presign(key: string): Promise<string>;
  remove(key: string): Promise<unknown>;
  /** Deletes all objects whose keys begin so, many by one call where it can. */
  removeAll(prefix: string): Promise<unknown>;
}

/** Where a client runs: a home of its own, so that no setting of whoever runs the suite counts. */
export interface Place extends S3World {
  readonly folder: string;
  /** Standard output of a program. Throws Skipped when it is not installed. */
  run(program: string, parameters: readonly string[]): Promise<string>;
}

const TIME_LIMIT_MS = 50_000;

export async function inPlace(on: S3World, work: (place: Place) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-client-'));
  const { target } = on;
  const env = {
    ...{ PATH: SEARCHED.join(delimiter), HOME: folder, LC_ALL: 'C.UTF-8' },
    ...{ AWS_ACCESS_KEY_ID: target.accessKeyId, AWS_SECRET_ACCESS_KEY: target.secretAccessKey },
    ...{ AWS_DEFAULT_REGION: target.region, AWS_EC2_METADATA_DISABLED: 'true' },
  };
  const run = async (program: string, parameters: readonly string[]): Promise<string> => {
    const options = { env, cwd: folder, timeout: TIME_LIMIT_MS, maxBuffer: 2 ** 24 };
    return (await promisify(execFile)(find(program), parameters, options)).stdout;
  };
  try {
    await work({ ...on, folder, run });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Packages of the system first: shims of version managers look for their settings in a home that is not there. */
const SEARCHED = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];

function find(program: string): string {
  const found = SEARCHED.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined) throw new Skipped(`${program} is not installed`);
  return found;
}
