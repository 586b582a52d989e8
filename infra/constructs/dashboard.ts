import { Duration } from 'aws-cdk-lib';
import { Dashboard as CdkDashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { ofDarkroom, ofFunction, ofGateway, ofQueue } from './metrics.ts';

export interface DashboardProps {
  readonly settings: Settings;
  readonly functions: readonly string[];
  readonly apiId: string;
}

const WIDTH = 8;

/** One screen: on top what users notice, below it what does the work. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new CdkDashboard(this, 'Dashboard', {
      dashboardName: nameOf(props.settings, 'overview'),
      defaultInterval: Duration.hours(3),
      widgets: rows(props).map((row) =>
        row.map(([title, ...left]) => new GraphWidget({ title, left, width: WIDTH })),
      ),
    });
  }
}

type Graph = readonly [title: string, ...metrics: IMetric[]];

function rows({ settings, functions, apiId }: DashboardProps): readonly (readonly Graph[])[] {
  const ofAll = (metricName: string, statistic?: string): readonly IMetric[] =>
    functions.map((name) => ofFunction(settings, name, metricName, statistic).with({ label: name }));
  return [
    [
      ['Requests', ofGateway(apiId, 'Count'), ofGateway(apiId, '4xx'), ofGateway(apiId, '5xx')],
      ['Answer time, ms', ofGateway(apiId, 'Latency', 'p50'), ofGateway(apiId, 'Latency', 'p99')],
      ['Upload to ready, ms', ...['p50', 'p99'].map((p) => ofDarkroom(settings, 'UploadToReady', p))],
    ],
    [
      ['Builds', ...['BuildsFinished', 'BuildsFailed'].map((name) => ofDarkroom(settings, name, 'Sum'))],
      [
        'Waiting work',
        ...['work', 'dead-letters'].map((it) => ofQueue(settings, it, VISIBLE).with({ label: it })),
      ],
      [
        'Age of the oldest work, s',
        ofQueue(settings, 'work', 'ApproximateAgeOfOldestMessage'),
        ofDarkroom(settings, 'OldestPendingSeconds', 'Maximum'),
      ],
    ],
    [
      ['Runs', ...ofAll('Invocations')],
      ['Duration p99, ms', ...ofAll('Duration', 'p99')],
      ['Errors', ...ofAll('Errors')],
    ],
  ];
}

const VISIBLE = 'ApproximateNumberOfMessagesVisible';
