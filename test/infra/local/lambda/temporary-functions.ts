import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FunctionOptions,
  type InvokeResult,
  type LambdaFunction,
  startFunction,
} from '../../../../infra/local/lambda/function.ts';
import type { LogLine } from '../../../../infra/local/lambda/log-line.ts';
import type { FunctionSpec } from '../../../../infra/local/topology/topology.ts';

export interface TemporaryFunctions {
  readonly folder: string;
  readonly runFolder: string;
  readonly lines: LogLine[];
  /** Starts a function whose `index.mjs` is `source`. */
  start(
    source: string,
    spec?: Partial<FunctionSpec>,
    options?: Partial<Omit<FunctionOptions, 'spec'>>,
  ): LambdaFunction;
  /** Closes all that were started and removes their code. */
  close(): Promise<void>;
}

/** Real functions in real processes, with code that a test writes down itself. */
export function temporaryFunctions(): TemporaryFunctions {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-functions-'));
  const runFolder = join(folder, 'run');
  const lines: LogLine[] = [];
  const started: LambdaFunction[] = [];
  return {
    folder,
    runFolder,
    lines,
    start(source, spec, options) {
      const codeDir = mkdtempSync(join(folder, 'code-'));
      writeFileSync(join(codeDir, 'index.mjs'), source);
      const fn = startFunction({
        spec: {
          name: 'trial',
          arn: 'arn:aws:lambda:eu-north-1:000000000000:function:trial',
          roleArn: 'arn:aws:iam::000000000000:role/trial',
          codeDir,
          handler: 'index.handler',
          environment: {},
          memoryMb: 256,
          timeoutSeconds: 10,
          ...spec,
        },
        environment: {},
        maxConcurrency: 2,
        runFolder,
        log: (line) => lines.push(line),
        ...options,
      });
      started.push(fn);
      return fn;
    },
    async close() {
      await Promise.all(started.map((fn) => fn.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a process of that id still runs. A zombie, which waits for the system to notice its end, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** What the handler returned. Throws when the invocation failed. */
export function answerOf(result: InvokeResult): unknown {
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return JSON.parse(result.payload);
}
