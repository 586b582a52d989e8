import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RUNTIME_ID } from '../../lib/config.ts';
import { synthesize } from './assembly.ts';
import { type EndpointOptions, startEndpoint } from './aws/endpoint.ts';
import { startDynamo } from './dynamodb.ts';
import { startGateway } from './gateway/gateway.ts';
import { type Home, openHome, writeClientFiles } from './home.ts';
import { startEventSource } from './lambda/event-source.ts';
import { type LambdaFunction, startFunction } from './lambda/function.ts';
import { endLeftovers } from './lambda/leftovers.ts';
import { startSchedule } from './lambda/schedule.ts';
import { lockHome } from './lock.ts';
import { checkPort } from './ports.ts';
import { readTopology } from './topology/read-topology.ts';
import type { FunctionSpec, Topology } from './topology/topology.ts';

export interface RuntimeOptions {
  /** Folder of the project: where the CDK app lies. */
  readonly root: string;
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly awsPort: number;
  readonly region: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Further settings of the CDK app, such as `inputBucket` or `deleteInput`. */
  readonly context: Readonly<Record<string, string>>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Told of each call of the AWS endpoint before it runs. */
  readonly observe?: EndpointOptions['observe'];
}

export interface Runtime {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly home: Home;
  readonly topology: Topology;
  /** By the function's name. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const ACCOUNT_ID = '000000000000';

/** A request waits at most so long for a free sandbox of its function; API Gateway's own default is 10,000 at once. */
const HTTP_CONCURRENCY = 8;

/**
 * Starts all that the template synthesized with `target=here` holds: the AWS endpoint, the table, the functions, what feeds them, and
 * the HTTP API. What the last start left unfinished goes on. Closing ends everything in the reverse order.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, (end) => opened.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: RuntimeOptions,
  onClose: (end: () => Promise<void>) => void,
): Promise<Omit<Runtime, 'close'>> {
  const { root, region, log } = options;
  const home = openHome(options.home, { user: options.user, password: options.password });
  onClose(lockHome(home.path));
  await checkPort(options.host, options.port, 'PORT');
  await checkPort(HOST, options.awsPort, 'S3_PORT');
  const runFolder = join(home.path, 'run');
  await endLeftovers(runFolder);

  const context = { ...options.context, target: 'here', home: home.path, region, accountId: ACCOUNT_ID };
  const assembly = await synthesize({ root, home: home.path, context });
  const awsUrl = `http://${HOST}:${options.awsPort}`;
  const topology = readTopology(assembly, { accountId: ACCOUNT_ID, region, awsUrl });

  const dynamo = await startDynamo(home.path, topology.tables);
  onClose(dynamo.close);
  const keys = new Map(topology.functions.map(({ name }) => [name, randomBytes(24).toString('base64url')]));
  const endpoint = await startEndpoint({
    home: home.path,
    host: HOST,
    port: options.awsPort,
    region,
    accountId: ACCOUNT_ID,
    accessKeys: new Map([[home.user, home.password], ...keys]),
    buckets: topology.buckets,
    queues: topology.queues,
    dynamodbSocket: dynamo.socket,
    log,
    ...(options.observe && { observe: options.observe }),
  });
  onClose(endpoint.close);
  endpoint.queues.releaseAll();

  const runtimeId = randomUUID();
  const functions = topology.functions.map((spec) => {
    const aws = awsEnvironment(spec.name, keys.get(spec.name) ?? '', region, endpoint.url);
    const environment = { ...aws, [RUNTIME_ID]: runtimeId };
    return [
      spec,
      startFunction({ spec, environment, maxConcurrency: concurrencyOf(spec, topology), runFolder, log }),
    ] as const;
  });
  for (const [, fn] of functions) onClose(fn.close);
  const byArn = new Map(functions.map(([spec, fn]) => [spec.arn, fn]));

  for (const spec of topology.eventSources) {
    onClose(
      startEventSource({ spec, queues: endpoint.queues, fn: known(byArn, spec.functionArn), region, log })
        .close,
    );
  }
  for (const spec of topology.schedules) onClose(startSchedule(spec, known(byArn, spec.functionArn)).close);
  const gateway = await startGateway({
    host: options.host,
    port: options.port,
    routes: topology.api.routes,
    functions: byArn,
    log,
  });
  onClose(gateway.close);
  writeClientFiles(home, [...new Set([options.host, HOST, 'localhost'])]);
  return {
    apiUrl: gateway.url,
    awsUrl,
    home,
    topology,
    functions: new Map(functions.map(([spec, fn]) => [spec.name, fn])),
  };
}

function awsEnvironment(
  accessKey: string,
  secret: string,
  region: string,
  url: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: url,
  };
}

/** A function behind a queue runs as often at once as its event source allows, any other as often as there may be requests. */
function concurrencyOf({ arn }: FunctionSpec, { eventSources }: Topology): number {
  return eventSources.find(({ functionArn }) => functionArn === arn)?.maxConcurrency ?? HTTP_CONCURRENCY;
}

function known(functions: ReadonlyMap<string, LambdaFunction>, arn: string): LambdaFunction {
  const fn = functions.get(arn);
  if (fn === undefined) throw new Error(`The template feeds ${arn}, and has no such function`);
  return fn;
}
