import { join, resolve } from 'node:path';
import { readSettings } from '../settings.ts';
import type { RuntimeOptions } from './runtime.ts';

/** The environment of `npm start`: which variable sets what, and what it takes. */
const CONTEXT = {
  INPUT_BUCKET: 'inputBucket',
  OUTPUT_BUCKET: 'outputBucket',
  BASE_PATH: 'basePath',
  PUBLIC_URL: 'publicUrl',
  DELETE_INPUT: 'deleteInput',
  MAX_SOURCE_BYTES: 'maxSourceBytes',
  PROCESS_TIMEOUT_SECONDS: 'processTimeoutSeconds',
  PROCESS_MEMORY_MB: 'processMemoryMb',
  MAX_CONCURRENCY: 'maxConcurrency',
} as const;

/** The variable of each setting that has one. */
export const VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CONTEXT).map(([name, key]) => [key, name]),
);

type Environment = Readonly<Record<string, string | undefined>>;

/** The runtime's options from the environment, with the defaults of the contract. Throws an Error that names what is wrong. */
export function runtimeOptions(environment: Environment, root: string): Omit<RuntimeOptions, 'log'> {
  const set = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name];
  const region = set('AWS_REGION') ?? 'us-east-1';
  saidOf({ region: 'AWS_REGION' }, { region });
  const [port, awsPort] = [
    portOf('PORT', set('PORT') ?? '3000'),
    portOf('S3_PORT', set('S3_PORT') ?? '4566'),
  ];
  if (port === awsPort) throw new Error(`PORT and S3_PORT are both ${port}: give them different ones`);
  return {
    root,
    home: folderOf('DARKROOM_HOME', resolve(set('DARKROOM_HOME') ?? join(root, '.darkroom'))),
    host: set('HOST') ?? '127.0.0.1',
    port,
    awsPort,
    region,
    user: set('DARKROOM_USER'),
    password: set('DARKROOM_PASSWORD'),
    context: environmentContext(environment),
  };
}

/** What the environment says of the CDK app's settings. Throws an Error that names the variable which is wrong. */
export function environmentContext(environment: Environment): Readonly<Record<string, string>> {
  const given = Object.entries(CONTEXT).flatMap(([name, key]) => {
    const value = environment[name] ?? '';
    return value === '' ? [] : [[key, value]];
  });
  const context = Object.fromEntries(given);
  saidOf(VARIABLES, context);
  return context;
}

/** The app's own complaint, with the variables in it that its settings came from. */
function saidOf(
  variables: Readonly<Record<string, string>>,
  context: Readonly<Record<string, string>>,
): void {
  try {
    readSettings({ target: 'here', ...context });
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const named = told.replaceAll(/^\w+(?==)|\b[a-z]+[A-Z]\w*\b/gm, (word) => variables[word] ?? word);
    throw new Error(named, { cause: error });
  }
}

/** Functions are imported from the state folder, and AWS's runtime client takes their path for a URL. */
function folderOf(name: string, path: string): string {
  if (!/[?#%\n]/.test(path)) return path;
  throw new Error(`${name} takes a folder without ?, # and % in its path, not ${JSON.stringify(path)}`);
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`${name} takes a port from 1 to 65535, not ${JSON.stringify(text)}`);
  return port;
}
