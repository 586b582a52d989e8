import type { FunctionSpec } from '../topology/topology.ts';
import { sandboxEnvironment } from './environment.ts';
import type { Failure, Invocation, Outcome } from './invocation.ts';
import type { LogLine } from './log-line.ts';
import { MEMORY_ALLOWANCE_MB, watchMemory } from './memory.ts';
import { outcomeOf } from './outcome.ts';
import { type FunctionProcess, startProcess } from './process.ts';
import { type RuntimeApi, serveRuntimeApi } from './runtime-api.ts';

/**
 * Lambda gives the code outside of the handler 10 s, then tries once more within the function's own time. Here it is one try that
 * may take both. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const INIT_MS = 10_000;

export interface SandboxOptions {
  readonly spec: FunctionSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly runFolder: string;
  readonly log: (line: LogLine) => void;
  /** It may be given an invocation: called when it has started, and again after each. */
  readonly onIdle: (sandbox: Sandbox) => void;
  /** It is gone and will not be idle again. `failure` is why it never got as far as its first invocation. */
  readonly onEnd: (sandbox: Sandbox, failure: Failure | undefined) => void;
}

/** What `rapid-client.mjs` sends. */
interface FromClient {
  readonly kind: 'next' | 'response' | 'error';
  readonly requestId?: string;
  readonly body?: string;
}

/** One process of a function. It handles one invocation at a time; unlike Lambda's it is not frozen between two. */
export interface Sandbox {
  readonly pid: () => number | undefined;
  /** Only when idle. `settle` is called once. */
  run(invocation: Invocation, settle: (outcome: Outcome) => void): void;
  kill(): void;
  readonly ended: Promise<void>;
}

export function startSandbox(options: SandboxOptions): Sandbox {
  const { spec, onIdle, onEnd } = options;
  const timeoutMs = spec.timeoutSeconds * 1000;
  let api: RuntimeApi | undefined;
  let child: FunctionProcess | undefined;
  let requestId: string | undefined;
  let outcome: Outcome | undefined;
  let settle = (_: Outcome) => {};
  let started = false;
  let killed = false;
  let gone = false;
  let cause: Failure | undefined;
  let stopLimits = () => {};

  const sandbox: Sandbox = { pid: () => child?.pid, run, kill, ended: live() };
  return sandbox;

  async function live(): Promise<void> {
    const reason = await untilExit().catch(String);
    gone = true;
    stopLimits();
    api?.close();
    const failure = cause ?? failureOf('Runtime.ExitError', reason);
    if (!killed) log('runtime', failure.errorMessage);
    answer(outcome ?? failure);
    onEnd(sandbox, started ? undefined : failure);
  }

  async function untilExit(): Promise<string> {
    api = await serveRuntimeApi({ onOutcome, onInitError: fail });
    if (killed) return 'Runtime was not started';
    const environment = sandboxEnvironment({ spec, added: options.environment, address: api.address });
    child = startProcess({ spec, environment, runFolder: options.runFolder, onLine: log, onMessage });
    startLimits(INIT_MS + timeoutMs);
    return child.exited;
  }

  function run(invocation: Invocation, onSettled: (outcome: Outcome) => void): void {
    ({ requestId } = invocation);
    outcome = undefined;
    settle = onSettled;
    startLimits(timeoutMs);
    const headers = {
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': spec.arn,
    };
    child?.send({ payload: invocation.payload, headers });
  }

  function onMessage(message: unknown): void {
    const { kind, requestId: id = '', body = '' } = message as FromClient;
    // What it printed before lies in the pipes and is read in this turn of the loop.
    if (kind === 'next') setImmediate(onNext);
    else onOutcome(id, outcomeOf(body, { failed: kind === 'error' }));
  }

  function onOutcome(id: string, result: Outcome): void {
    if (id === requestId) outcome ??= result;
  }

  /** Only now does the caller get its answer: what was printed before it has been read, and its next call finds this sandbox idle. */
  function onNext(): void {
    if (gone) return;
    started = true;
    stopLimits();
    if (outcome !== undefined) answer(outcome);
    onIdle(sandbox);
  }

  function answer(result: Outcome): void {
    settle(result);
    settle = () => {};
  }

  /** They hold until the sandbox asks for its next event, not just until it answers: a process that hangs then is of no use. */
  function startLimits(limitMs: number): void {
    const timer = setTimeout(
      () =>
        fail(failureOf('Sandbox.Timedout', `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`)),
      limitMs,
    );
    const unwatch = watchMemory(child?.pid, spec.memoryMb + MEMORY_ALLOWANCE_MB, (usedMb) =>
      fail(
        failureOf(
          'Runtime.OutOfMemory',
          `Runtime used ${Math.round(usedMb)} MB, memory size is ${spec.memoryMb} MB`,
        ),
      ),
    );
    stopLimits = () => {
      clearTimeout(timer);
      unwatch();
    };
  }

  /** The caller learns of it when the process is gone. */
  function fail(failure: Failure): void {
    cause = failure;
    child?.kill();
  }

  function kill(): void {
    killed = true;
    child?.kill();
  }

  function failureOf(errorType: string, text: string): Failure {
    const errorMessage = requestId === undefined ? text : `RequestId: ${requestId} Error: ${text}`;
    return { ok: false, errorType, errorMessage };
  }

  function log(stream: LogLine['stream'], text: string): void {
    options.log({ name: spec.name, stream, requestId, text });
  }
}
