import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Config, readConfig } from '../../lib/config.ts';
import { keptKeys } from './access-keys/kept-keys.ts';
import { synthesize } from './assembly.ts';
import { functionKeys } from './aws/access/access-key.ts';
import { type EndpointOptions, startEndpoint } from './aws/endpoint.ts';
import { checkPermissions } from './check-permissions.ts';
import { startDynamo } from './dynamodb.ts';
import { startGateway } from './gateway/gateway.ts';
import { type Home, openHome, writeClientFiles } from './home.ts';
import { startEventSource } from './lambda/event-source.ts';
import type { LambdaFunction } from './lambda/function.ts';
import { endLeftovers } from './lambda/leftovers.ts';
import { startSchedule } from './lambda/schedule.ts';
import { lockHome } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import { checkPort } from './ports.ts';
import { ensureSigningKey } from './signing-key.ts';
import { startFunctions } from './start-functions.ts';
import { readTopology } from './topology/read-topology.ts';
import type { Topology } from './topology/topology.ts';

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
  /** Told what takes seconds, before it does. */
  readonly onProgress?: (text: string) => void;
  /** Told of each call of the AWS endpoint before it runs. */
  readonly observe?: EndpointOptions['observe'];
}

export interface Runtime {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly home: Home;
  readonly topology: Topology;
  /** What the functions were set to. */
  readonly config: Config;
  /** By the function's name. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  close(): Promise<void>;
}

/** The AWS endpoint is for programs of this machine, wherever the HTTP API may listen. */
const LOOPBACK = '127.0.0.1';
const ACCOUNT_ID = '000000000000';

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
  const { host, port, awsPort, region, log } = options;
  await checkPort(host, port, 'PORT');
  await checkPort(LOOPBACK, awsPort, 'S3_PORT');
  makeFolder(options.home);
  onClose(lockHome(options.home));
  const runFolder = join(options.home, 'run');
  await endLeftovers(runFolder);
  const home = openHome(options.home, { user: options.user, password: options.password });
  ensureSigningKey(home.path);

  const awsUrl = `http://${LOOPBACK}:${awsPort}`;
  const topology = await topologyOf(options, awsUrl);
  checkPermissions(topology);
  const dynamo = await startDynamo(home.path, topology.tables, log);
  onClose(dynamo.close);
  const secrets = new Map(
    topology.functions.map(({ name }) => [name, randomBytes(24).toString('base64url')]),
  );
  const ofFunctions = functionKeys(topology, secrets);
  const ofPeople = keptKeys(home.path, { accountId: ACCOUNT_ID, now: Date.now });
  const endpoint = await startEndpoint({
    ...{ home: home.path, host: LOOPBACK, port: awsPort, region, accountId: ACCOUNT_ID },
    accessKeys: new Map([[home.user, home.password]]),
    findKey: (id) => ofFunctions.get(id) ?? ofPeople(id),
    resourcePolicies: topology.resourcePolicies,
    buckets: topology.buckets,
    queues: topology.queues,
    dynamodbSocket: dynamo.socket,
    log,
    ...(options.observe && { observe: options.observe }),
  });
  onClose(endpoint.close);
  const { queues } = endpoint;
  queues.releaseAll();

  const functions = startFunctions({
    topology,
    secrets,
    region,
    awsUrl,
    runtimeId: randomUUID(),
    runFolder,
    log,
  });
  onClose(functions.close);
  for (const spec of topology.eventSources) {
    const fn = known(functions.byArn, spec.functionArn);
    onClose(startEventSource({ spec, queues, fn, region, log }).close);
  }
  for (const spec of topology.schedules)
    onClose(startSchedule(spec, known(functions.byArn, spec.functionArn)).close);
  const gateway = await startGateway({
    host,
    port,
    ...topology.api,
    functions: functions.byArn,
    log,
  });
  onClose(gateway.close);
  writeClientFiles(home, { hosts: [...new Set([host, LOOPBACK, 'localhost'])], region });
  const config = readConfig(topology.functions[0]?.environment ?? {});
  return {
    apiUrl: `${gateway.url}${config.basePath}`,
    awsUrl,
    home,
    topology,
    config,
    functions: functions.byName,
  };
}

async function topologyOf(
  { root, home, region, context, onProgress }: RuntimeOptions,
  awsUrl: string,
): Promise<Topology> {
  const assembly = await synthesize({
    root,
    home,
    context: { ...context, target: 'here', home, region, accountId: ACCOUNT_ID },
    onSynthesis: () =>
      onProgress?.('building the functions and the template: once after each change of the sources'),
  });
  return readTopology(assembly, { accountId: ACCOUNT_ID, region, awsUrl });
}

function known(functions: ReadonlyMap<string, LambdaFunction>, arn: string): LambdaFunction {
  const fn = functions.get(arn);
  if (fn === undefined) throw new Error(`The template feeds ${arn}, and has no such function`);
  return fn;
}
