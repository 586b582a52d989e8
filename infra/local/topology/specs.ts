import type { Policy } from '../../policy/policy.ts';
import { bucketSettings } from './bucket-settings.ts';
import type { Identity } from './identities.ts';
import { PERMISSION_SPECS } from './permissions.ts';
import {
  BUCKET,
  EVENT_SOURCE,
  FUNCTION,
  INTEGRATION,
  QUEUE,
  type QueueNotifications,
  ROUTE,
  RULE,
  STAGE,
  TABLE,
} from './properties.ts';
import type {
  ApiSpec,
  BucketSpec,
  EventSourceSpec,
  FunctionSpec,
  NotificationSpec,
  QueueSpec,
  RoleSpec,
  ScheduleSpec,
  TableSpec,
} from './topology.ts';

/** What one resource of a template adds to the topology. */
export interface Found {
  readonly bucket?: BucketSpec;
  readonly queue?: QueueSpec;
  readonly table?: TableSpec;
  readonly fn?: FunctionSpec;
  /** With the policies that stand in the role itself. */
  readonly role?: RoleSpec;
  readonly rolePolicy?: { readonly roles: readonly string[]; readonly policy: Policy };
  /** `of` is a bucket's name or a queue's URL: what `Ref` gives of it. */
  readonly resourcePolicy?: { readonly of: readonly string[]; readonly policy: Policy };
  /** As the bucket tells it. */
  readonly bucketPolicy?: { readonly bucket: string; readonly text: string };
  readonly eventSource?: EventSourceSpec;
  readonly schedules?: readonly ScheduleSpec[];
  readonly route?: { readonly key: string; readonly integration: string };
  readonly throttle?: NonNullable<ApiSpec['throttle']>;
  readonly integration?: { readonly id: string; readonly functionArn: string; readonly timeoutMs: number };
}

interface Context {
  readonly id: string;
  readonly identity: Identity;
  /** Unpacked folder of each asset by its object key. */
  readonly assets: ReadonlyMap<string, string>;
}

export type Spec = (properties: unknown, context: Context) => Found;

/** One row a type of resource: how it becomes part of the topology, or that one machine has no need of it. */
export const SPECS: Readonly<Record<string, Spec | 'not needed here'>> = {
  'AWS::S3::Bucket': (properties, { identity }) => {
    const bucket = BUCKET.parse(properties);
    return {
      bucket: {
        name: identity.ref,
        versioned: bucket.VersioningConfiguration?.Status === 'Enabled',
        notifications: mergeEvents(bucket.NotificationConfiguration?.QueueConfigurations ?? []),
        settings: bucketSettings(bucket),
      },
    };
  },
  'AWS::SQS::Queue': (properties, { identity }) => {
    const queue = QUEUE.parse(properties);
    const { Arn = '', QueueName = '' } = identity.attributes;
    const { RedrivePolicy } = queue;
    return {
      queue: {
        name: QueueName,
        arn: Arn,
        url: identity.ref,
        visibilityTimeoutSeconds: queue.VisibilityTimeout,
        retentionSeconds: queue.MessageRetentionPeriod,
        delaySeconds: queue.DelaySeconds,
        ...(RedrivePolicy && {
          redrive: {
            deadLetterArn: RedrivePolicy.deadLetterTargetArn,
            maxReceiveCount: RedrivePolicy.maxReceiveCount,
          },
        }),
      },
    };
  },
  'AWS::DynamoDB::Table': (properties, { identity }) => {
    const table = TABLE.parse(properties);
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification } = table;
    const indexes = GlobalSecondaryIndexes.length > 0 ? { GlobalSecondaryIndexes } : {};
    const keys = { AttributeDefinitions, KeySchema, ...indexes };
    return {
      table: {
        name: identity.ref,
        createTable: { TableName: identity.ref, BillingMode: 'PAY_PER_REQUEST', ...keys },
        ...(TimeToLiveSpecification?.Enabled && { ttlAttribute: TimeToLiveSpecification.AttributeName }),
      },
    };
  },
  'AWS::Lambda::Function': (properties, { identity, assets }) => {
    const { Code, Handler, Role, MemorySize, Timeout, Environment } = FUNCTION.parse(properties);
    const codeDir = assets.get(Code.S3Key);
    if (codeDir === undefined) throw new Error(`its code ${Code.S3Key} is no asset of the assembly`);
    const { Arn: arn = '' } = identity.attributes;
    const limits = { memoryMb: MemorySize, timeoutSeconds: Timeout };
    const code = { codeDir, handler: Handler, environment: Environment.Variables };
    return { fn: { name: identity.ref, arn, roleArn: Role, ...code, ...limits } };
  },
  'AWS::Lambda::EventSourceMapping': (properties) => {
    const source = EVENT_SOURCE.parse(properties);
    return {
      eventSource: {
        queueArn: source.EventSourceArn,
        functionArn: source.FunctionName,
        batchSize: source.BatchSize,
        maxConcurrency: source.ScalingConfig.MaximumConcurrency,
        reportBatchItemFailures: source.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      },
    };
  },
  'AWS::Events::Rule': (properties) => {
    const { ScheduleExpression, Targets } = RULE.parse(properties);
    return { schedules: Targets.map(({ Arn }) => ({ expression: ScheduleExpression, functionArn: Arn })) };
  },
  'AWS::ApiGatewayV2::Integration': (properties, { id }) => {
    const { IntegrationUri, TimeoutInMillis } = INTEGRATION.parse(properties);
    return { integration: { id, functionArn: IntegrationUri, timeoutMs: TimeoutInMillis } };
  },
  'AWS::ApiGatewayV2::Route': (properties) => {
    const { RouteKey, Target } = ROUTE.parse(properties);
    return { route: { key: RouteKey, integration: Target.replace(/^integrations\//, '') } };
  },
  'AWS::ApiGatewayV2::Stage': (properties) => {
    const { DefaultRouteSettings: settings } = STAGE.parse(properties);
    if (settings === undefined) return {};
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = settings;
    return { throttle: { requestsPerSecond: ThrottlingRateLimit, burst: ThrottlingBurstLimit } };
  },
  ...PERMISSION_SPECS,
  // What AWS checks, keeps or shows, and one machine does not.
  'AWS::ApiGatewayV2::Api': 'not needed here',
  'AWS::CDK::Metadata': 'not needed here',
  'AWS::CloudWatch::Alarm': 'not needed here',
  'AWS::CloudWatch::Dashboard': 'not needed here',
  'AWS::KMS::Key': 'not needed here',
  'AWS::Lambda::EventInvokeConfig': 'not needed here',
  'AWS::Lambda::Permission': 'not needed here',
  'AWS::Logs::LogGroup': 'not needed here',
  'AWS::SNS::Subscription': 'not needed here',
  'AWS::SNS::Topic': 'not needed here',
  'AWS::SNS::TopicPolicy': 'not needed here',
};

/** A template has a row an event; what goes to one queue under one filter is one notification. */
function mergeEvents(configurations: QueueNotifications): readonly NotificationSpec[] {
  const groups = Map.groupBy(configurations, ({ Queue, Filter }) => JSON.stringify([Queue, Filter]));
  return [...groups.values()].map((group) => {
    const rules = group[0]?.Filter?.S3Key.Rules ?? [];
    const rule = (name: string): string | undefined =>
      rules.find(({ Name }) => Name.toLowerCase() === name)?.Value;
    const [prefix, suffix] = [rule('prefix'), rule('suffix')];
    return {
      events: group.map(({ Event }) => Event),
      queueArn: group[0]?.Queue ?? '',
      ...(prefix !== undefined && { prefix }),
      ...(suffix !== undefined && { suffix }),
    };
  });
}
