import * as z from 'zod/mini';

/**
 * The settings of the functions: what `infra` puts into their environment and what they read from it, once, at their entry.
 * One name a setting; both sides take it from here, so that they cannot drift.
 */
const text = z.string().check(z.minLength(1));
const whole = z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number));
const flag = z.pipe(
  z.enum(['true', 'false']),
  z.transform((value) => value === 'true'),
);

const SETTINGS = {
  INPUT_BUCKET: text,
  OUTPUT_BUCKET: text,
  TABLE_NAME: text,
  QUEUE_URL: text,
  DEAD_LETTERS_URL: text,
  /** Event bus that is told of the end of each build: `default` is the account's own. */
  EVENT_BUS: text,
  /** Which deployment this is: stands in events, metrics and log lines. */
  STAGE: text,
  /** Prefix of every route, such as `/image_creation`; empty for none. */
  BASE_PATH: z.string(),
  /** Remove an upload once its outputs and its log are durable. */
  DELETE_INPUT: flag,
  /** Bytes that one source may have. */
  MAX_SOURCE_BYTES: whole,
  /** Version of Darkroom, as `GET /health` tells it. */
  DARKROOM_VERSION: text,
  /** Where the first user's credentials lie: `arn:…` of a Secrets Manager secret, or `file:…` on one machine. */
  SECRET: text,
  /** Where the key lies that signs URLs, in the same two ways. */
  SIGNING_SECRET: text,
  /** What all URLs in answers begin with, in front of the route: `https://…`; empty for the address that was asked. */
  PUBLIC_URL: z.string(),
  /** What signed URLs begin with, where a CDN serves them; empty for what all begin with. */
  CDN_URL: z.string(),
  /** Where the secret lies by which a CDN proves itself, in the same two ways: then signed URLs count through it alone. Empty for none. */
  ORIGIN_SECRET: z.string(),
} as const;

export type SettingName = keyof typeof SETTINGS;

export interface Config {
  readonly inputBucket: string;
  readonly outputBucket: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  readonly eventBus: string;
  readonly stage: string;
  readonly basePath: string;
  readonly deleteInput: boolean;
  readonly maxSourceBytes: number;
  readonly version: string;
  readonly secret: string;
  readonly signingSecret: string;
  readonly publicUrl: string;
  readonly cdnUrl: string;
  readonly originSecret: string;
  /** Name of the function that runs, as Lambda gives it. */
  readonly functionName: string;
  /** Start of the one-machine runtime that this process belongs to; undefined on Lambda. */
  readonly runtime: string | undefined;
}

/** The settings from an environment. Throws an Error that names each setting that is missing or wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = z.object(SETTINGS).safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
    throw new Error(`The function's environment lacks or misstates: ${names.join(', ')}`);
  }
  const s = parsed.data;
  return {
    inputBucket: s.INPUT_BUCKET,
    outputBucket: s.OUTPUT_BUCKET,
    tableName: s.TABLE_NAME,
    queueUrl: s.QUEUE_URL,
    deadLettersUrl: s.DEAD_LETTERS_URL,
    eventBus: s.EVENT_BUS,
    stage: s.STAGE,
    basePath: s.BASE_PATH,
    deleteInput: s.DELETE_INPUT,
    maxSourceBytes: s.MAX_SOURCE_BYTES,
    version: s.DARKROOM_VERSION,
    secret: s.SECRET,
    signingSecret: s.SIGNING_SECRET,
    publicUrl: s.PUBLIC_URL,
    cdnUrl: s.CDN_URL,
    originSecret: s.ORIGIN_SECRET,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME ?? '',
    runtime: environment[RUNTIME_ID],
  };
}

/** The name under which the one-machine runtime tells its functions which start of it they belong to. */
export const RUNTIME_ID = 'DARKROOM_RUNTIME';

/** Receives after which SQS moves a message to the dead-letter queue: the last one tells the log so. */
export const MAX_RECEIVES = 5;

/** The tag of outputs that were derived on demand: a rule of the bucket forgets them after a time. */
export const KEPT_ON_DEMAND = { kept: 'on-demand' } as const;
