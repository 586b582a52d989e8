import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SettingName } from '../../lib/config.ts';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';

/** glibc's many arenas keep what libvips has freed: https://sharp.pixelplumbing.com/install#linux-memory-allocator */
const MALLOC_ARENA_MAX = '2';

const ARCHITECTURES = {
  arm64: Architecture.ARM_64,
  x64: Architecture.X86_64,
} as const satisfies Record<Settings['arch'], Architecture>;

export interface BundledFunctionProps {
  readonly settings: Settings;
  /** What it is called within the deployment. */
  readonly name: string;
  readonly description: string;
  /** A folder whose `index.mjs` exports `handler`. */
  readonly code: Code;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Instances that are kept for it, and all that it may have. @default what the account has left */
  readonly reserved?: number | undefined;
  readonly environment: Readonly<Record<SettingName, string>>;
}

/** A function with a role and a log of its own. It may write that log; all else it is granted by name. */
export class BundledFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly grantPrincipal: Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const { settings, reserved } = props;
    const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
    this.grantPrincipal = new Role(this, 'Role', { assumedBy });
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    allow(this, ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);

    this.function = new LambdaFunction(this, 'Function', {
      functionName: nameOf(settings, props.name),
      description: props.description,
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: ARCHITECTURES[settings.arch],
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment, MALLOC_ARENA_MAX },
      role: this.grantPrincipal,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
    });
  }
}
