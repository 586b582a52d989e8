import { BILLED_AS, PLATFORM_LOG_BYTES, PRICES, SQS_PER_MESSAGE, WAIT_MS } from './prices.ts';

/** What one picture takes on its way, on average. */
export interface Usage {
  /** By `function operation`, such as `process GetObject`; the client's own calls are those of `client`. */
  readonly calls: Readonly<Record<string, number>>;
  /** CPU by function, in milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly invocations: Readonly<Record<string, number>>;
  /** Taken from the work queue. */
  readonly messages: number;
  /** Through the gateway. */
  readonly requests: number;
  readonly writeUnits: number;
  /** That the functions write themselves. */
  readonly logBytes: number;
}

/** Dollars for a million pictures, by what is paid for. */
export type Bill = Readonly<Record<string, number>>;

/** A function has one processor at so many MB, and a share of one below: what computes costs the same there, what waits costs less. */
const ONE_PROCESSOR_MB = 1_769;
const MILLION = 1e6;

/** Throws an Error for an operation that has no row in BILLED_AS. */
export function bill(usage: Usage, memoryMb: Readonly<Record<string, number>>): Bill {
  const calls = Object.entries(usage.calls).map(([name, count]) => ({ ...split(name), count }));
  const of = (...kinds: readonly string[]): number =>
    sum(calls.filter(({ kind }) => kinds.includes(kind)).map(({ count }) => count));
  const gb = (name: string, least = 0): number => Math.max(memoryMb[name] ?? 0, least) / 1_024;
  const working = Object.entries(usage.cpuMs).map(([name, ms]) => ms * gb(name, ONE_PROCESSOR_MB));
  const waiting = calls.map(({ by, kind, count }) => count * (WAIT_MS[kind] ?? 0) * gb(by));
  const invocations = sum(Object.values(usage.invocations));
  const logGb = (usage.logBytes + invocations * PLATFORM_LOG_BYTES) / 1e9;
  const dollars = {
    'HTTP API': usage.requests * PRICES.gateway.usd,
    'S3 writes': of('s3Write') * PRICES.s3Write.usd,
    'S3 reads': of('s3Read') * PRICES.s3Read.usd,
    'SQS requests': (of('sqs') + usage.messages * SQS_PER_MESSAGE) * PRICES.sqs.usd,
    'Lambda requests': invocations * PRICES.invocation.usd,
    'Lambda at work': (sum(working) / 1_000) * PRICES.gbSecond.usd,
    'Lambda waiting, at most': (sum(waiting) / 1_000) * PRICES.gbSecond.usd,
    'DynamoDB writes': usage.writeUnits * PRICES.tableWrite.usd,
    'DynamoDB reads': of('tableRead') * PRICES.tableRead.usd,
    'EventBridge events': of('event') * PRICES.event.usd,
    Logs: logGb * PRICES.logGb.usd,
  };
  return Object.fromEntries(Object.entries(dollars).map(([what, each]) => [what, each * MILLION]));
}

function split(name: string): { readonly by: string; readonly kind: string } {
  const [by = '', operation = ''] = name.split(' ');
  const kind = BILLED_AS[operation];
  if (kind === undefined)
    throw new Error(`${operation} has no row in BILLED_AS: look up what it is billed as`);
  return { by, kind };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
