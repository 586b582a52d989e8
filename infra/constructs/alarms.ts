import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { AlarmTarget } from './alarm-target.ts';
import { MINUTE, ofDarkroom, ofFunction, ofGateway, ofQueue } from './metrics.ts';

export interface AlarmsProps {
  readonly settings: Settings;
  /** Seconds that each function may take, by its name. */
  readonly timeouts: Readonly<Record<string, number>>;
  readonly apiId: string;
}

/** One alarm: it rings when the metric is above the threshold in `times` of the last `of` periods. */
interface Watch {
  /** Its section in docs/operations.md as well. */
  readonly name: string;
  readonly tells: string;
  readonly metric: IMetric;
  readonly above: number;
  readonly times: number;
  readonly of: number;
}

/** Work that nobody takes for a quarter of an hour is late, whatever the load. */
const OLD_MESSAGE_SECONDS = 900;
/** Six sweeps, each of which would have brought it back. */
const OLD_PENDING_SECONDS = 1_800;
/** Near enough to its timeout to be stopped on a worse day. */
const SLOW_SHARE = 0.8;
/** One bad minute passes; three of five have a cause. */
const FEW = { times: 3, of: 5 } as const;

/** What an operator has to know of before the users tell. Each has a section in docs/operations.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { settings } = props;
    const target = new AlarmTarget(this, 'Target', settings);
    for (const { name, tells, metric, above, times, of } of watches(props)) {
      const alarm = new Alarm(this, name, {
        alarmName: nameOf(settings, name),
        alarmDescription: `${tells} What to do: docs/operations.md#${name}`,
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        datapointsToAlarm: times,
        evaluationPeriods: of,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      target.tell(alarm);
    }
  }
}

function watches({ settings, timeouts, apiId }: AlarmsProps): readonly Watch[] {
  const functions = Object.entries(timeouts);
  const throttles = functions.map(([name]) => [name, ofFunction(settings, name, 'Throttles')] as const);
  return [
    {
      name: 'dead-letters',
      tells: 'Work that failed every try waits in the dead-letter queue.',
      metric: ofQueue(settings, 'dead-letters', 'ApproximateNumberOfMessagesVisible'),
      ...{ above: 0, times: 1, of: 1 },
    },
    {
      name: 'oldest-message',
      tells: `Work has waited for more than ${OLD_MESSAGE_SECONDS / 60} minutes.`,
      metric: ofQueue(settings, 'work', 'ApproximateAgeOfOldestMessage'),
      ...{ above: OLD_MESSAGE_SECONDS, times: 3, of: 3 },
    },
    {
      name: 'oldest-pending',
      tells: `A build has been PENDING for more than ${OLD_PENDING_SECONDS / 60} minutes.`,
      metric: ofDarkroom(settings, 'OldestPendingSeconds', 'Maximum'),
      ...{ above: OLD_PENDING_SECONDS, times: 2, of: 2 },
    },
    ...functions.map(([name]) => ({
      name: `${name}-errors`,
      tells: `The function ${name} dies again and again: it crashed, ran out of memory or of time.`,
      metric: ofFunction(settings, name, 'Errors'),
      ...{ above: 0, ...FEW },
    })),
    ...functions.map(([name, seconds]) => ({
      name: `${name}-duration`,
      tells: `One in a hundred runs of ${name} comes near the ${seconds} s after which it is stopped.`,
      metric: ofFunction(settings, name, 'Duration', 'p99'),
      ...{ above: SLOW_SHARE * seconds * 1_000, ...FEW },
    })),
    {
      name: 'throttles',
      tells: 'Lambda turns calls away: the account, or a function, has no instance left.',
      metric: new MathExpression({
        expression: throttles.map(([name]) => `FILL(${name}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(throttles),
        period: MINUTE,
        label: 'throttles',
      }),
      ...{ above: 0, ...FEW },
    },
    {
      name: 'api-5xx',
      tells: 'The HTTP API answers with errors of its own.',
      metric: ofGateway(apiId, '5xx'),
      ...{ above: 0, ...FEW },
    },
  ];
}
