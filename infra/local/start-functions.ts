import { availableParallelism } from 'node:os';
import { RUNTIME_ID } from '../../lib/config.ts';
import { type FunctionOptions, type LambdaFunction, startFunction } from './lambda/function.ts';
import type { FunctionSpec, Topology } from './topology/topology.ts';

export interface Functions {
  readonly byArn: ReadonlyMap<string, LambdaFunction>;
  readonly byName: ReadonlyMap<string, LambdaFunction>;
  close(): Promise<void>;
}

export interface FunctionsOptions extends Pick<FunctionOptions, 'runFolder' | 'log'> {
  readonly topology: Topology;
  /** Secret of each function's own access key, which is called as the function. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly region: string;
  readonly awsUrl: string;
  /** Tells this start from the one before. */
  readonly runtimeId: string;
}

/** Requests that a function answers at once; the next wait for it. One more than can compute at once, since some wait for a store. */
const HTTP_CONCURRENCY = { maxConcurrency: 8, readyConcurrency: availableParallelism() + 1 };

/** All functions of a topology. None has a process yet: the first invocation starts it. */
export function startFunctions({
  topology,
  secrets,
  region,
  awsUrl,
  runtimeId,
  ...options
}: FunctionsOptions): Functions {
  const started = topology.functions.map((spec) => {
    const environment = {
      AWS_ACCESS_KEY_ID: spec.name,
      AWS_SECRET_ACCESS_KEY: secrets.get(spec.name) ?? '',
      AWS_REGION: region,
      AWS_ENDPOINT_URL: awsUrl,
      [RUNTIME_ID]: runtimeId,
    };
    return {
      spec,
      fn: startFunction({ spec, environment, ...concurrencyOf(spec, topology), ...options }),
    };
  });
  return {
    byArn: new Map(started.map(({ spec, fn }) => [spec.arn, fn])),
    byName: new Map(started.map(({ spec, fn }) => [spec.name, fn])),
    async close() {
      await Promise.all(started.map(({ fn }) => fn.close()));
    },
  };
}

/** A function behind a queue runs as often at once as its event source allows, any other as often as there may be requests. */
function concurrencyOf(
  { arn }: FunctionSpec,
  { eventSources }: Topology,
): Pick<FunctionOptions, 'maxConcurrency' | 'readyConcurrency'> {
  const source = eventSources.find(({ functionArn }) => functionArn === arn);
  return source === undefined ? HTTP_CONCURRENCY : { maxConcurrency: source.maxConcurrency };
}
