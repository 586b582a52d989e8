import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectSeldom } from '../../../functions/collect-seldom.ts';
import { handleMessage } from '../../../functions/process/handle-message.ts';
import type { Deps } from '../../../lib/build/deps.ts';
import { render } from '../../../lib/image/render.ts';
import { createSqs, workQueue } from '../../../lib/queue/work-queue.ts';
import { inputBucket } from '../../../lib/store/input-bucket.ts';
import { outputBucket } from '../../../lib/store/output-bucket.ts';
import { createS3 } from '../../../lib/store/s3.ts';
import { buildLog } from '../../../lib/table/build-log.ts';
import { createDynamo } from '../../../lib/table/dynamodb.ts';
import { cpu, type Measured, median } from '../pairs.ts';
import { recipesOf } from './suite.ts';

const WHAT =
  'process handler less a script of the same S3 and table calls, 12 MP, CPU: to the bare engine calls';

/**
 * What the handler adds to the engine beyond the calls that any program would have to make. Each triple of runs is of one picture:
 * the handler, a script that makes the calls which the handler was seen to make, and the bare engine.
 */
export async function handlerRatio(picture: Buffer, pairs: number): Promise<Measured> {
  const home = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'aws-child.ts'), home], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
    if (child.exitCode !== null) throw new Error('The AWS endpoint of the benchmark did not start');
    process.env.AWS_ENDPOINT_URL = String(line).trim();
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench-secret',
    });
    const deps = clients();
    collectSeldom();
    const ratios: number[] = [];
    for (let pair = -WARM_UP; pair < pairs; pair += 1) {
      const ratio = await oneTriple(deps, picture, `photo-${pair}.jpg`);
      if (pair >= 0) ratios.push(ratio);
    }
    return { id: '6', what: WHAT, atMost: 1.1, pairs, ratio: median(ratios) };
  } finally {
    child.stdin.end();
    await ended;
    rmSync(home, { recursive: true });
  }
}

/** What V8 has not compiled yet would be paid by the handler, which goes first. */
const WARM_UP = 8;

async function oneTriple(deps: Deps, picture: Buffer, key: string): Promise<number> {
  const { versionId } = await deps.input.put(key, {
    ...{ bytes: picture, contentType: 'image/jpeg' },
    ticket: crypto.randomUUID(),
  });
  const bucket = { name: 'darkroom-input' };
  const record = {
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket, object: { key, versionId } },
  };
  const message = {
    body: JSON.stringify({ Records: [record] }),
    receiptHandle: 'none',
    receives: 1,
    sentMs: 0,
  };
  const calls: (() => Promise<unknown>)[] = [];
  const limits = { deadline: Date.now() + 60_000, maxReceives: 5 };
  const handler = await cpu(() => handleMessage(recording(deps, calls), message, limits))();
  const script = await cpu(async () => {
    for (const call of calls) await call();
  })();
  const engine = await cpu(() => render(picture, recipesOf('default')))();
  return (handler - script) / engine;
}

/** Made once, as a function makes them. */
function clients(): Deps {
  const s3 = createS3();
  return {
    input: inputBucket(s3, 'darkroom-input'),
    output: outputBucket(s3, 'darkroom-output'),
    log: buildLog(createDynamo(), 'darkroom-log'),
    queue: workQueue(createSqs(), `${process.env.AWS_ENDPOINT_URL}/000000000000/work`),
    render: (source, outputs) =>
      render(
        source,
        outputs.map(({ recipe }) => recipe),
      ),
    now: Date.now,
    newId: () => crypto.randomUUID(),
    deleteInput: false,
    maxSourceBytes: 2 ** 27,
    runtime: undefined,
  };
}

/** The same, noting each call so that it can be made again: rows of another build, outputs over what stands by then. */
function recording(deps: Deps, calls: (() => Promise<unknown>)[]): Deps {
  const noted = <A extends readonly unknown[], R>(
    call: (...parameters: A) => Promise<R>,
    again: (...parameters: A) => Promise<unknown>,
  ) => {
    return (...parameters: A): Promise<R> => {
      calls.push(() => again(...parameters));
      return call(...parameters);
    };
  };
  const { input, output, log } = deps;
  return {
    ...deps,
    input: { ...input, current: noted(input.current, input.current), read: noted(input.read, input.read) },
    output: {
      ...output,
      write: noted(output.write, (made) => output.write({ ...made, key: `again/${made.key}` }, undefined)),
    },
    log: {
      ...log,
      read: noted(log.read, log.read),
      append: noted(log.append, (row) => log.append({ ...row, build: `again-${row.build}` })),
    },
  };
}
