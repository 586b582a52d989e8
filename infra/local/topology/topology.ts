import type { Policy } from '../../policy/policy.ts';

/** What a synthesized template says that the one-machine runtime has to run. All names and ARNs are resolved. */
export interface Topology {
  readonly buckets: readonly BucketSpec[];
  readonly queues: readonly QueueSpec[];
  readonly tables: readonly TableSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly roles: readonly RoleSpec[];
  readonly resourcePolicies: readonly ResourcePolicySpec[];
  readonly eventSources: readonly EventSourceSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly api: ApiSpec;
}

export interface BucketSpec {
  readonly name: string;
  readonly versioned: boolean;
  readonly notifications: readonly NotificationSpec[];
  /**
   * What else it is told, by S3's name of the sub-resource (`cors`, `lifecycle` …): the content of S3's own document, all values texts;
   * under `policy` the text of its policy.
   * @default what a new bucket has
   */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface NotificationSpec {
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly queueArn: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface QueueSpec {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

export interface TableSpec {
  readonly name: string;
  /** The template's own properties as DynamoDB's CreateTable takes them (attributes, keys, indexes, billing). */
  readonly createTable: Readonly<Record<string, unknown>>;
  /** Seconds since 1970 after which a row may go. @default rows stay */
  readonly ttlAttribute?: string;
}

export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** One of the roles: what the function may do. */
  readonly roleArn: string;
  /** Folder of the unpacked asset. */
  readonly codeDir: string;
  /** Such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

export interface RoleSpec {
  readonly name: string;
  readonly arn: string;
  /** Of all policies that it has. */
  readonly policy: Policy;
}

/** What a bucket or a queue itself says of who may use it. */
export interface ResourcePolicySpec {
  readonly resourceArn: string;
  readonly policy: Policy;
}

export interface EventSourceSpec {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly reportBatchItemFailures: boolean;
}

export interface ScheduleSpec {
  /** `rate(5 minutes)` or a cron expression. */
  readonly expression: string;
  readonly functionArn: string;
}

export interface ApiSpec {
  readonly routes: readonly RouteSpec[];
  /** What the stage lets through of each route. @default no limit */
  readonly throttle?: { readonly requestsPerSecond: number; readonly burst: number };
}

export interface RouteSpec {
  /** As API Gateway v2 has it: `GET /images/{path+}`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}
