import { randomUUID } from 'node:crypto';
import type { ScheduleSpec } from '../topology/topology.ts';
import type { LambdaFunction } from './function.ts';

const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
/** What a timer of node can wait for: a longer one would fire at once. */
const MAX_INTERVAL_MS = 2 ** 31 - 1;

/**
 * Invokes a function again and again, the first time after one interval, whether or not it still runs: as EventBridge does.
 * Throws on anything but a rate of at most 24 days. What runs when it is closed ends with its function.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function startSchedule(spec: ScheduleSpec, fn: LambdaFunction): { close(): Promise<void> } {
  const timer = setInterval(() => fn.invoke(scheduledEvent(spec)), intervalMs(spec.expression));
  return { close: async () => clearInterval(timer) };
}

function intervalMs(expression: string): number {
  const [, count, unit, plural] = RATE.exec(expression) ?? [];
  const length = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const isGrammatical = (count === '1') === (plural === '');
  if (isGrammatical && length > 0 && length <= MAX_INTERVAL_MS) return length;
  throw new Error(
    `Schedule ${expression}: one machine runs rate(n minutes|hours|days) of at most 24 days, no cron expressions`,
  );
}

function scheduledEvent({ functionArn }: ScheduleSpec): Readonly<Record<string, unknown>> {
  const [, , , region, account] = functionArn.split(':');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region,
    resources: [],
    detail: {},
  };
}
