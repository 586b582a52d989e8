import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy } from './deployment.ts';
import { ROOT } from './project.ts';

const PAGE = join(ROOT, 'docs', 'operations.md');
const FUNCTIONS = ['process', 'api', 'render', 'sweep'];
const NAMES = [
  ...['dead-letters', 'oldest-message', 'oldest-pending', 'throttles', 'api-5xx'],
  ...FUNCTIONS.flatMap((name) => [`${name}-errors`, `${name}-duration`]),
];

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

const alarm = (name: string) =>
  deployment.one('AWS::CloudWatch::Alarm', { AlarmName: `darkroom-${name}` }).properties;

it('there is an alarm for each thing that an operator must know of', () => {
  const names = deployment.all('AWS::CloudWatch::Alarm').map(({ properties }) => properties.AlarmName);
  expect(names.toSorted()).toEqual(NAMES.map((name) => `darkroom-${name}`).toSorted());
});

describe.each(NAMES)('the alarm %s', (name) => {
  it('names its section in docs/operations.md', () => {
    expect(alarm(name).AlarmDescription).toMatch(new RegExp(`docs/operations\\.md#${name}$`));
  });

  it.skipIf(!existsSync(PAGE))('has that section', () => {
    expect(headings(readFileSync(PAGE, 'utf8'))).toContain(name);
  });

  it('is silent where there is nothing to measure', () => {
    expect(alarm(name)).toMatchObject({ TreatMissingData: 'notBreaching' });
  });
});

it('dead letters tell of the first one', () => {
  expect(alarm('dead-letters')).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: 'darkroom-dead-letters' }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
    EvaluationPeriods: 1,
  });
});

it('a build that is PENDING too long is what the sweep says', () => {
  expect(alarm('oldest-pending')).toMatchObject({
    Namespace: 'Darkroom',
    MetricName: 'OldestPendingSeconds',
    Dimensions: [{ Name: 'stage', Value: 'prod' }],
    Threshold: 1_800,
  });
});

it('a duration rings before the timeout does', () => {
  expect(alarm('process-duration')).toMatchObject({ ExtendedStatistic: 'p99', Threshold: 48_000 });
});

describe('who is told', () => {
  it('is nobody where nobody was named', () => {
    expect(deployment.all('AWS::SNS::Topic')).toEqual([]);
    expect(alarm('dead-letters')).not.toHaveProperty('AlarmActions');
  });

  it('is a topic that is there already', () => {
    const alarmTarget = 'arn:aws:sns:eu-west-1:111122223333:on-call';
    const of = deploy({ alarmTarget });
    expect(of.all('AWS::SNS::Topic')).toEqual([]);
    for (const { properties } of of.all('AWS::CloudWatch::Alarm'))
      expect(properties).toMatchObject({ AlarmActions: [alarmTarget], OKActions: [alarmTarget] });
  });

  it('is an address, by an encrypted topic that CloudWatch of this account may use', () => {
    const of = deploy({ alarmTarget: 'me@example.com' });
    expect(of.one('AWS::SNS::Subscription').properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'me@example.com',
    });
    expect(of.one('AWS::SNS::Topic').properties).toHaveProperty('KmsMasterKeyId');
    const mayUse = { Principal: { Service: 'cloudwatch.amazonaws.com' }, Effect: 'Allow' };
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    expect(of.one('AWS::KMS::Key').properties).toMatchObject({
      KeyPolicy: {
        Statement: expect.arrayContaining([expect.objectContaining({ ...mayUse, Condition: ofThisAccount })]),
      },
    });
  });
});

describe('the dashboard', () => {
  it('shows what the alarms watch, on one screen', () => {
    const { DashboardBody, DashboardName } = deployment.one('AWS::CloudWatch::Dashboard').properties;
    expect(DashboardName).toBe('darkroom-overview');
    const { widgets } = JSON.parse(String(DashboardBody)) as { widgets: readonly { y: number }[] };
    expect(widgets).toHaveLength(9);
  });

  it('can be left out', () => {
    expect(deploy({ dashboard: 'false' }).all('AWS::CloudWatch::Dashboard')).toEqual([]);
  });
});

/** As GitHub makes anchors of them, for plain headings. */
function headings(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text.toLowerCase().replaceAll('`', '').replaceAll(' ', '-'),
  );
}
