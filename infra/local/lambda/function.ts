import { randomUUID } from 'node:crypto';
import type { FunctionSpec } from '../topology/topology.ts';
import { type Failure, type Invocation, MAX_PAYLOAD_BYTES, type Outcome, REFUSALS } from './invocation.ts';
import { openLine } from './line.ts';
import type { LogLine } from './log-line.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

/** Lambda keeps an idle sandbox for minutes; a laptop's memory is worth no more of them. */
const IDLE_MS = 5 * 60_000;
/** How long `close` lets running invocations end. */
const CLOSE_MS = 5_000;
/** Events that may wait for a sandbox: 1,000 × 6 MiB at the very worst. Beyond, Lambda too throttles. */
const MAX_WAITING = 1_000;

export interface FunctionOptions {
  readonly spec: FunctionSpec;
  /** Added over `spec.environment`: AWS keys, endpoint, region, runtime id. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sandboxes at once; further invocations wait in order. */
  readonly maxConcurrency: number;
  /**
   * Invocations that run at once without more ado. Beyond them the next waits for one of them to end, and gets a sandbox more only when
   * that takes too long: more work at once than there are processors makes none of it sooner, but one that hangs must not hold up
   * the rest.
   * @default maxConcurrency
   */
  readonly readyConcurrency?: number;
  /** Where the ids of its processes are written down for `endLeftovers`. */
  readonly runFolder: string;
  readonly log: (line: LogLine) => void;
  /** @default 300000 */
  readonly idleMs?: number;
}

export type InvokeResult = Outcome & { readonly requestId: string };

export interface LambdaFunction {
  readonly name: string;
  /**
   * Invokes it synchronously. What goes wrong in the function or around it is a result with `ok: false`. Rejects only with the
   * reason of `signal`: an event that still waits is dropped then, a running one goes on and its answer is ignored.
   */
  invoke(event: unknown, options?: { readonly signal?: AbortSignal }): Promise<InvokeResult>;
  readonly pids: () => readonly number[];
  /** Running invocations get 5 s to end. Afterwards no process, timer or socket is left, and every `invoke` has settled. */
  close(): Promise<void>;
}

interface Job extends Invocation {
  settle(outcome: Outcome): void;
}

/** A function as Lambda runs it: in processes of its own, one invocation each at a time, started when needed and kept warm. */
export function startFunction(options: FunctionOptions): LambdaFunction {
  const { spec, maxConcurrency, readyConcurrency = maxConcurrency, idleMs = IDLE_MS } = options;
  const sandboxes = new Set<Sandbox>();
  const starting = new Set<Sandbox>();
  /** Most recently used last. */
  const idle: { readonly sandbox: Sandbox; readonly timer: NodeJS.Timeout }[] = [];
  const line = openLine<Job>(readyConcurrency, feed);
  let closed = false;

  return { name: spec.name, invoke, pids, close };

  async function invoke(
    event: unknown,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<InvokeResult> {
    signal?.throwIfAborted();
    const requestId = randomUUID();
    const payload = JSON.stringify(event) ?? 'null';
    const refusal = refuse(Buffer.byteLength(payload));
    if (refusal !== undefined) return { ...refusal, requestId };

    const { promise, resolve, reject } = Promise.withResolvers<InvokeResult>();
    const job: Job = { requestId, payload, settle: (outcome) => resolve({ ...outcome, requestId }) };
    const abandon = () => {
      line.leave(job);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abandon);
    line.enter(job);
    feed();
    return promise.finally(() => signal?.removeEventListener('abort', abandon));
  }

  function refuse(payloadBytes: number): Failure | undefined {
    if (closed) return REFUSALS.stopping;
    if (payloadBytes > MAX_PAYLOAD_BYTES) return REFUSALS.tooLarge;
    return line.length() < MAX_WAITING ? undefined : REFUSALS.tooMany;
  }

  function feed(): void {
    let due = line.due(sandboxes.size - idle.length - starting.size);
    for (; due > 0; due -= 1) {
      const warm = idle.pop();
      if (warm === undefined) break;
      clearTimeout(warm.timer);
      const job = line.next();
      if (job !== undefined) warm.sandbox.run(job, job.settle);
    }
    while (starting.size < due && sandboxes.size < maxConcurrency) start();
  }

  function start(): void {
    const sandbox = startSandbox({ ...options, onIdle, onEnd });
    sandboxes.add(sandbox);
    starting.add(sandbox);
  }

  function onIdle(sandbox: Sandbox): void {
    starting.delete(sandbox);
    idle.push({ sandbox, timer: setTimeout(() => retire(sandbox), idleMs) });
    if (closed) retire(sandbox);
    feed();
  }

  function retire(sandbox: Sandbox): void {
    forget(sandbox);
    sandbox.kill();
  }

  function forget(sandbox: Sandbox): void {
    const place = idle.findIndex((entry) => entry.sandbox === sandbox);
    if (place >= 0) clearTimeout(idle.splice(place, 1)[0]?.timer);
  }

  /** Whoever has waited longest learns that no sandbox could be started: trying on for ever would help nobody. */
  function onEnd(sandbox: Sandbox, failure: Failure | undefined): void {
    sandboxes.delete(sandbox);
    starting.delete(sandbox);
    forget(sandbox);
    if (failure !== undefined) line.next()?.settle(failure);
    feed();
  }

  function pids(): readonly number[] {
    return [...sandboxes].flatMap((sandbox) => sandbox.pid() ?? []);
  }

  async function close(): Promise<void> {
    closed = true;
    for (const job of line.empty()) job.settle(REFUSALS.stopping);
    for (const sandbox of [...starting, ...idle.map((entry) => entry.sandbox)]) retire(sandbox);
    const timer = setTimeout(() => {
      for (const sandbox of sandboxes) sandbox.kill();
    }, CLOSE_MS);
    await Promise.all([...sandboxes].map((sandbox) => sandbox.ended));
    clearTimeout(timer);
  }
}
