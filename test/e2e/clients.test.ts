import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../support/pictures.ts';
import {
  CREDENTIALS,
  ended,
  INPUT,
  OUTPUT,
  outputKeys,
  startDarkroom,
  type TestDarkroom,
} from '../support/runtime.ts';

const run = promisify(execFile);
const { accessKeyId, secretAccessKey } = CREDENTIALS;

let darkroom: TestDarkroom;
let folder: string;

beforeAll(async () => {
  darkroom = await startDarkroom();
  folder = await mkdtemp(join(tmpdir(), 'clients-'));
  await writeFile(join(folder, NAME), await (await detail()).png().toBuffer());
});

afterAll(async () => {
  await darkroom.close();
  await rm(folder, { recursive: true });
});

const NAME = `a b+c%20'q"ü.png`;

interface Client {
  /** Where Debian's package puts it; without it the client is skipped. */
  readonly program: string;
  readonly arguments: (endpoint: string, file: string, prefix: string) => readonly string[];
}

/** Clients as people use them: each copies one file into the input bucket under a prefix of its own. */
const CLIENTS: Readonly<Record<string, Client>> = {
  'aws cli': {
    program: '/usr/bin/aws',
    arguments: (endpoint, file, prefix) => [
      '--endpoint-url',
      endpoint,
      's3',
      'cp',
      file,
      `s3://${INPUT}/${prefix}/`,
    ],
  },
  s3cmd: {
    program: '/usr/bin/s3cmd',
    arguments: (endpoint, file, prefix) => [
      ...['--config=/dev/null', `--access_key=${accessKeyId}`, `--secret_key=${secretAccessKey}`, '--no-ssl'],
      ...[
        `--host=${new URL(endpoint).host}`,
        `--host-bucket=${new URL(endpoint).host}`,
        'put',
        file,
        `s3://${INPUT}/${prefix}/`,
      ],
    ],
  },
  rclone: {
    program: '/usr/bin/rclone',
    arguments: (endpoint, file, prefix) => [
      ...[
        '--config=/dev/null',
        '--s3-provider=Other',
        '--s3-env-auth',
        '--s3-region=us-east-1',
        `--s3-endpoint=${endpoint}`,
      ],
      ...['copy', file, `:s3:${INPUT}/${prefix}/`],
    ],
  },
  boto3: {
    program: '/usr/lib/python3/dist-packages/boto3',
    arguments: (endpoint, file, prefix) => [
      '-c',
      `import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1]).upload_file(sys.argv[2], '${INPUT}', sys.argv[3])`,
      ...[endpoint, file, `${prefix}/${NAME}`],
    ],
  },
};

describe.each(Object.entries(CLIENTS))('%s', (name, client) => {
  const isHere = existsSync(client.program);

  it.skipIf(!isHere)(
    `puts a picture in, and its outputs come out${isHere ? '' : ' (skipped: not installed)'}`,
    async () => {
      const prefix = name.replace(' ', '-');
      const program = client.program.endsWith('boto3') ? '/usr/bin/python3' : client.program;
      const keys = {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
      };
      const environment = { PATH: '/usr/bin:/bin', HOME: folder, LC_ALL: 'C.UTF-8', ...keys };
      await run(program, client.arguments(darkroom.runtime.awsUrl, join(folder, NAME), prefix), {
        env: environment,
      });
      expect(await ended(darkroom.http, `${prefix}/${NAME}`)).toMatchObject({ status: 'FINISHED' });
      expect(await outputKeys(darkroom.s3, prefix)).toEqual([`${prefix}/negated_${NAME}`]);
      expect(OUTPUT).toBe(darkroom.runtime.config.outputBucket);
    },
  );
});
