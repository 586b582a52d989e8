import type { FunctionSpec } from '../topology/topology.ts';

/** What a process needs of its machine to run at all; nothing else of the runtime's own environment reaches a function. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'SYSTEMROOT'] as const;

export interface EnvironmentOptions {
  readonly spec: FunctionSpec;
  /** Keys, endpoint, region and runtime id of this machine: they win over the template's own. */
  readonly added: Readonly<Record<string, string>>;
  /** `host:port` of the sandbox's Runtime API. */
  readonly address: string;
}

/**
 * The whole environment of a function's process, under Lambda's names.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function sandboxEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { spec, added, address } = options;
  const region = spec.arn.split(':')[3] ?? '';
  return {
    ...inherited(),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...spec.environment,
    ...added,
    TZ: 'UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '[$LATEST]local',
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: spec.codeDir,
    _HANDLER: spec.handler,
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
