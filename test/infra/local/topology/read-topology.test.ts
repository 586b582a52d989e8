import { describe, expect, it } from 'vitest';
import { readTopology } from '../../../../infra/local/topology/read-topology.ts';
import { assemblyOf, type MadeUpStack, PLACE } from './made-up.ts';

const topologyOf = (...stacks: readonly MadeUpStack[]) => readTopology(assemblyOf(...stacks), PLACE);
const queue = { Queue: 'arn:q' };
const ROLE = ['AWS::IAM::Role', { AssumeRolePolicyDocument: {} }] as const;
const ROLE_ARN = 'arn:aws:iam::000000000000:role/R';

describe('a bucket', () => {
  it('tells a queue of many events as one notification, with the filter that they share', () => {
    const Filter = {
      S3Key: {
        Rules: [
          { Name: 'Prefix', Value: 'in/' },
          { Name: 'suffix', Value: '.jpg' },
        ],
      },
    };
    const QueueConfigurations = [
      { Event: 's3:ObjectCreated:*', ...queue, Filter },
      { Event: 's3:ObjectRemoved:*', ...queue, Filter },
      { Event: 's3:ObjectRemoved:*', ...queue },
    ];
    const properties = { BucketName: 'in', NotificationConfiguration: { QueueConfigurations } };
    expect(topologyOf({ resources: { In: ['AWS::S3::Bucket', properties] } }).buckets).toEqual([
      {
        name: 'in',
        versioned: false,
        notifications: [
          {
            events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
            queueArn: 'arn:q',
            prefix: 'in/',
            suffix: '.jpg',
          },
          { events: ['s3:ObjectRemoved:*'], queueArn: 'arn:q' },
        ],
        settings: {},
      },
    ]);
  });

  it('that tells anything but a queue is refused: here its events would be lost', () => {
    const properties = { NotificationConfiguration: { EventBridgeConfiguration: {} } };
    expect(() => topologyOf({ resources: { In: ['AWS::S3::Bucket', properties] } })).toThrow(
      /^Made\/In \(AWS::S3::Bucket\): .*EventBridgeConfiguration/s,
    );
  });
});

it('a queue of which nothing is said has SQS’s own defaults', () => {
  expect(topologyOf({ resources: { Q: ['AWS::SQS::Queue'] } }).queues).toEqual([
    {
      name: 'Q',
      arn: 'arn:aws:sqs:eu-north-1:000000000000:Q',
      url: 'http://127.0.0.1:4566/000000000000/Q',
      visibilityTimeoutSeconds: 30,
      retentionSeconds: 345_600,
      delaySeconds: 0,
    },
  ]);
});

it('a function of which nothing is said has Lambda’s own defaults', () => {
  const fn = { Code: { S3Key: 'code.zip' }, Handler: 'index.handler', Role: ROLE_ARN };
  const assets = { 'code.zip': '/assets/code' };
  expect(topologyOf({ resources: { R: ROLE, F: ['AWS::Lambda::Function', fn] }, assets }).functions).toEqual([
    {
      name: 'F',
      arn: 'arn:aws:lambda:eu-north-1:000000000000:function:F',
      roleArn: ROLE_ARN,
      codeDir: '/assets/code',
      handler: 'index.handler',
      environment: {},
      memoryMb: 128,
      timeoutSeconds: 3,
    },
  ]);
});

it('a rule wakes each of its functions', () => {
  const rule = { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Arn: 'arn:a' }, { Arn: 'arn:b' }] };
  expect(topologyOf({ resources: { Rule: ['AWS::Events::Rule', rule] } }).schedules).toEqual([
    { expression: 'rate(5 minutes)', functionArn: 'arn:a' },
    { expression: 'rate(5 minutes)', functionArn: 'arn:b' },
  ]);
});

it('an event source may call its function by name, and across stacks', () => {
  const data: MadeUpStack = {
    stack: 'Data',
    resources: { Q: ['AWS::SQS::Queue', { QueueName: 'work' }] },
    exports: { 'Data:Q': { 'Fn::GetAtt': ['Q', 'Arn'] } },
  };
  const service: MadeUpStack = {
    stack: 'Service',
    resources: {
      R: ROLE,
      F: [
        'AWS::Lambda::Function',
        { FunctionName: 'f', Code: { S3Key: 'k' }, Handler: 'index.handler', Role: ROLE_ARN },
      ],
      Source: [
        'AWS::Lambda::EventSourceMapping',
        { EventSourceArn: { 'Fn::ImportValue': 'Data:Q' }, FunctionName: { Ref: 'F' } },
      ],
    },
    assets: { k: '/assets/f' },
  };
  expect(topologyOf(data, service).eventSources).toEqual([
    {
      queueArn: 'arn:aws:sqs:eu-north-1:000000000000:work',
      functionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:f',
      batchSize: 10,
      maxConcurrency: 10,
      reportBatchItemFailures: false,
    },
  ]);
});

describe('nothing is dropped in silence:', () => {
  it.each<[string, MadeUpStack, string]>([
    [
      'a type that one machine does not know',
      { resources: { Stream: ['AWS::Kinesis::Stream'] } },
      'Made/Stream (AWS::Kinesis::Stream): this type of resource is not understood on one machine',
    ],
    [
      'an intrinsic that is not understood',
      { resources: { Q: ['AWS::SQS::Queue', { DelaySeconds: { 'Fn::If': ['c', 1, 2] } }] } },
      'Made/Q (AWS::SQS::Queue): The intrinsic Fn::If is not understood',
    ],
    [
      'a function whose code is not there',
      {
        resources: {
          F: [
            'AWS::Lambda::Function',
            { Code: { S3Key: 'gone.zip' }, Handler: 'index.handler', Role: ROLE_ARN },
          ],
        },
      },
      'Made/F (AWS::Lambda::Function): its code gone.zip is no asset of the assembly',
    ],
    [
      'a route that leads nowhere',
      { resources: { R: ['AWS::ApiGatewayV2::Route', { RouteKey: 'GET /a', Target: 'integrations/Gone' }] } },
      'The route GET /a leads to Gone, which is no integration',
    ],
  ])('%s', (_what, stack, message) => {
    expect(() => topologyOf(stack)).toThrow(message);
  });
});

describe('a stage', () => {
  const stageOf = (properties: Record<string, unknown>) =>
    topologyOf({ resources: { Stage: ['AWS::ApiGatewayV2::Stage', properties] } }).api;

  it('says what the gateway lets through of each route', () => {
    const DefaultRouteSettings = { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 };
    expect(stageOf({ DefaultRouteSettings }).throttle).toEqual({ requestsPerSecond: 1_000, burst: 2_000 });
  });

  it('that says nothing of it lets all through', () => {
    expect(stageOf({})).toEqual({ routes: [] });
  });
});
