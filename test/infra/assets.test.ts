import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REHEARSAL } from '../../infra/compile-cache.ts';
import { startFunction } from '../../infra/local/lambda/function.ts';
import { createProject, ROOT, runApp, type Synthesis } from './project.ts';

/** From the ELF specification's list of `e_machine`. */
const MACHINES = { arm64: 0xb7, x64: 0x3e } as const;
type Arch = keyof typeof MACHINES;
const ARCHES = Object.keys(MACHINES) as readonly Arch[];
const HERE = ARCHES.find((arch) => arch === process.arch);
/** A first run asks npm's registry for the native code of both processors. */
const COLD_MS = 180_000;

/** What Lambda does with an asset, and the one thing in it that is not bundled. */
const TRIAL = `
const { handler } = await import('./index.mjs');
const { default: sharp } = await import('sharp');
const create = { width: 1, height: 1, channels: 3, background: 'red' };
const png = await sharp({ create }).png().toBuffer();
console.log(typeof handler, png.subarray(1, 4).toString());
`;

/** A request as the gateway tells it. */
const get = (path: string) => ({
  ...{ version: '2.0', rawPath: path, rawQueryString: '', headers: {}, isBase64Encoded: false },
  requestContext: {
    ...{ requestId: 'r', domainName: 'api.invalid' },
    http: { method: 'GET', path, sourceIp: '127.0.0.1' },
  },
});

/** An event for each function that it can answer with nothing of AWS in reach, and what its answer holds. */
const ANSWERS = [
  ['api', get('/openapi.json'), '3.1.0'],
  ['render', get('/images/cat.jpg'), 'UNAUTHENTICATED'],
  [
    'process',
    {
      Records: [
        {
          ...{ messageId: 'm', receiptHandle: 'h', body: JSON.stringify({ Event: 's3:TestEvent' }) },
          attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
        },
      ],
    },
    'batchItemFailures',
  ],
  ['sweep', { graceSeconds: -1 }, 'graceSeconds'],
] as const;

let folder: string;
let of: Readonly<Record<Arch, Synthesis>>;
beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-assets-'));
  const [arm64, x64] = await Promise.all([synthesize('arm64'), synthesize('x64')]);
  of = { arm64, x64 };
}, COLD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synthesize(arch: Arch, outdir = join(folder, arch)): Promise<Synthesis> {
  return runApp({ root: ROOT, outdir, context: { target: 'aws', arch } });
}

describe.each(ARCHES)('for %s', (arch) => {
  it.each(['darkroom-process', 'darkroom-render'])(
    '%s holds the native code of that processor alone',
    (name) => {
      const modules = join(of[arch].codeOf(name), 'node_modules');
      expect(readdirSync(join(modules, '@img')).toSorted()).toEqual([
        'colour',
        `sharp-libvips-linux-${arch}`,
        `sharp-linux-${arch}`,
      ]);
      const binaries = globSync('**/*.{node,so,so.*}', { cwd: modules });
      expect(binaries.length).toBeGreaterThanOrEqual(2);
      for (const binary of binaries) expect(machineOf(join(modules, binary))).toBe(MACHINES[arch]);
    },
  );

  it('darkroom-api holds no sharp, and starts fast', () => {
    const code = of[arch].codeOf('darkroom-api');
    expect(existsSync(join(code, 'node_modules'))).toBe(false);
    const chunks = globSync('**/*.mjs', { cwd: code });
    expect(chunks.filter((chunk) => /["']sharp["']/.test(readFileSync(join(code, chunk), 'utf8')))).toEqual(
      [],
    );
    const patterns = (chunk: string): boolean => readFileSync(join(code, chunk), 'utf8').includes('RE2JS');
    expect(chunks.filter(patterns)).toHaveLength(1);
    expect(readAtStart(code).filter(patterns)).toEqual([]);
  });
});

it.skipIf(process.platform !== 'linux' || HERE === undefined)(
  'process runs with nothing around it but its settings, and makes a picture',
  async () => {
    const away = join(folder, 'away');
    cpSync(of[HERE ?? 'x64'].codeOf('darkroom-process'), away, { recursive: true });
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', TRIAL], {
      cwd: away,
      env: { ...REHEARSAL, AWS_REGION: 'eu-west-1', TMPDIR: folder },
    });
    expect(stdout.trim()).toBe('function PNG');
  },
);

describe.skipIf(process.platform !== 'linux' || HERE === undefined)('far from the project', () => {
  it.each(ANSWERS)(
    '%s is started by AWS’s runtime client, and answers an event',
    async (name, event, said) => {
      const codeDir = join(folder, 'task', name);
      cpSync(of[HERE ?? 'x64'].codeOf(`darkroom-${name}`), codeDir, { recursive: true });
      const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;
      const limits = { roleArn: '', handler: 'index.handler', memoryMb: 512, timeoutSeconds: 20 };
      const fn = startFunction({
        spec: { ...limits, name, arn, codeDir, environment: REHEARSAL },
        environment: { AWS_REGION: 'eu-west-1', TMPDIR: folder },
        maxConcurrency: 1,
        runFolder: folder,
        log: () => {},
      });
      try {
        expect(JSON.stringify(await fn.invoke(event))).toContain(said);
      } finally {
        await fn.close();
      }
    },
  );
});

it('the same sources give the same assets, so that nothing is deployed that has not changed', async () => {
  const again = await synthesize('arm64', join(folder, 'again'));
  expect(again.assetKeys).toEqual(of.arm64.assetKeys);
});

it('an npm that leaves out the native code, which is optional to it, is not believed', async () => {
  const project = createProject();
  const bin = join(project.root, 'fake-bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\nmkdir -p node_modules/sharp\n');
  chmodSync(join(bin, 'npm'), 0o755);
  try {
    await expect(
      runApp({
        root: project.root,
        outdir: join(folder, 'broken'),
        context: { target: 'aws', arch: 'x64' },
        environment: { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
      }),
    ).rejects.toThrow('npm has not installed @img/sharp-linux-x64');
    expect(readdirSync(join(project.root, 'cdk.out', '.cache'))).toEqual([]);
  } finally {
    project.remove();
  }
});

function machineOf(file: string): number {
  return readFileSync(file).readUInt16LE(18);
}

/** What a start of a function reads: its entry, and all that is imported from there on, but late. */
function readAtStart(code: string): readonly string[] {
  const seen = new Set([existsSync(join(code, 'app.mjs')) ? 'app.mjs' : 'index.mjs']);
  for (const chunk of seen)
    for (const [, next = ''] of readFileSync(join(code, chunk), 'utf8').matchAll(
      /(?:\bfrom|\bimport)"\.\/([\w-]+\.mjs)"/g,
    ))
      seen.add(next);
  return [...seen];
}
