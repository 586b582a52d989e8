/** What a synthesized template says that the one-machine runtime has to run. All names and ARNs are resolved. */
export interface Topology {
  readonly buckets: readonly BucketSpec[];
  readonly queues: readonly QueueSpec[];
  readonly tables: readonly TableSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly eventSources: readonly EventSourceSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly api: ApiSpec;
}

export interface BucketSpec {
  readonly name: string;
  readonly versioned: boolean;
  readonly notifications: readonly NotificationSpec[];
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
}

export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Folder of the unpacked asset. */
  readonly codeDir: string;
  /** Such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
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
}

export interface RouteSpec {
  /** As API Gateway v2 has it: `GET /images/{path+}`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}
