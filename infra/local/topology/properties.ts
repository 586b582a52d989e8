import * as z from 'zod/mini';
import { BUCKET_SETTINGS } from './bucket-settings.ts';

/** What one machine reads of the properties of each type of resource, with CloudFormation's defaults. */

/** An HTTP API waits no longer than 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const INTEGRATION_TIMEOUT_MS = 30_000;

const QUEUE_NOTIFICATIONS = z.array(
  z.object({
    Event: z.string(),
    Queue: z.string(),
    Filter: z.optional(
      z.object({ S3Key: z.object({ Rules: z.array(z.object({ Name: z.string(), Value: z.string() })) }) }),
    ),
  }),
);

export type QueueNotifications = z.infer<typeof QUEUE_NOTIFICATIONS>;

export const BUCKET = z.object({
  ...BUCKET_SETTINGS,
  VersioningConfiguration: z.optional(z.object({ Status: z.string() })),
  // Strict: events that go anywhere but to a queue would be lost here without a word.
  NotificationConfiguration: z.optional(
    z.strictObject({ QueueConfigurations: z.optional(QUEUE_NOTIFICATIONS) }),
  ),
});

/** Defaults are SQS's own: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html */
export const QUEUE = z.object({
  VisibilityTimeout: z._default(z.number(), 30),
  MessageRetentionPeriod: z._default(z.number(), 345_600),
  DelaySeconds: z._default(z.number(), 0),
  RedrivePolicy: z.optional(z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })),
});

const KEYS = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));

export const TABLE = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: KEYS,
  GlobalSecondaryIndexes: z._default(
    z.array(
      z.object({
        IndexName: z.string(),
        KeySchema: KEYS,
        Projection: z.object({ ProjectionType: z.string() }),
      }),
    ),
    [],
  ),
  TimeToLiveSpecification: z.optional(z.object({ AttributeName: z.string(), Enabled: z.boolean() })),
});

export const FUNCTION = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  MemorySize: z._default(z.number(), 128),
  Timeout: z._default(z.number(), 3),
  Environment: z._default(z.object({ Variables: z.record(z.string(), z.string()) }), { Variables: {} }),
});

const INLINE_POLICY = z.object({ PolicyDocument: z.unknown() });

/** Strict: a policy that is kept elsewhere would be missed here, and a boundary not enforced. */
export const ROLE = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.optional(z.string()),
  MaxSessionDuration: z.optional(z.number()),
  Path: z.optional(z.literal('/')),
  Policies: z._default(z.array(INLINE_POLICY), []),
  RoleName: z.optional(z.string()),
  Tags: z.optional(z.unknown()),
});

export const ROLE_POLICY = z.object({
  ...INLINE_POLICY.shape,
  Roles: z.array(z.string()),
  Users: z.optional(z.array(z.never())),
  Groups: z.optional(z.array(z.never())),
});

export const BUCKET_POLICY = z.object({ ...INLINE_POLICY.shape, Bucket: z.string() });

export const QUEUE_POLICY = z.object({ ...INLINE_POLICY.shape, Queues: z.array(z.string()) });

export const EVENT_SOURCE = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z._default(z.number(), 10),
  FunctionResponseTypes: z._default(z.array(z.string()), []),
  ScalingConfig: z._default(z.object({ MaximumConcurrency: z.number() }), { MaximumConcurrency: 10 }),
});

export const RULE = z.object({
  ScheduleExpression: z.string(),
  Targets: z.array(z.object({ Arn: z.string() })),
});

export const INTEGRATION = z.object({
  IntegrationUri: z.string(),
  TimeoutInMillis: z._default(z.number(), INTEGRATION_TIMEOUT_MS),
});

export const STAGE = z.object({
  DefaultRouteSettings: z.optional(
    z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
  ),
});

export const ROUTE = z.object({ RouteKey: z.string(), Target: z.string() });
