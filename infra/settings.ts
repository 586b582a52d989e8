import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod/mini';

/** Least that a queue takes: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const MIN_CONCURRENCY = 2;

/** What a deployment may choose, as `-c name=value` or under `context` of `cdk.json`. One row a setting, with its default. */
const SETTINGS = {
  /** Where it will run: in an AWS account, or on this machine with the sharp that is installed here. */
  target: z._default(oneOf('aws', 'here'), 'aws'),
  /** Several may live in one account: all names but those of `prod` hold it. */
  stage: z._default(text(/^[a-z][a-z0-9-]{0,15}$/, 'up to 16 of a-z, 0-9 and -, a letter first'), 'prod'),
  /** Processor of the functions on AWS. */
  arch: z._default(oneOf('arm64', 'x64'), 'arm64'),
  /** What is deployed: stands in the version, behind a `+`. */
  commit: z.optional(text(/^[0-9a-f]{7,40}$/, 'a git commit: 7 to 40 hexadecimal digits')),
  /** State folder of the one-machine runtime. Only for `here`. */
  home: z._default(text(/./, 'a folder'), '.darkroom'),
  /** Only for `here`, as is the account: AWS has its own. */
  region: z._default(text(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'an AWS region such as us-east-1'), 'us-east-1'),
  accountId: z._default(text(/^\d{12}$/, 'twelve digits'), '000000000000'),
  /** Default: darkroom-input here; on AWS with account and region behind it, since these names are the whole world's. */
  inputBucket: z.optional(bucketName()),
  outputBucket: z.optional(bucketName()),
  /** In front of every route. */
  basePath: z._default(text(/^(\/[\w.~-]+)*$/, 'nothing, or a path such as /image_creation'), ''),
  /** Remove an upload once its outputs and its log are durable. */
  deleteInput: z._default(flag(), false),
  /** Bytes that one source may have: it is held in memory whole, beside its pixels. */
  maxSourceBytes: z._default(whole(1, 2 ** 30), 128 * 2 ** 20),
  processTimeoutSeconds: z._default(whole(1, 900), 60),
  /** An HTTP API waits no longer than 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
  renderTimeoutSeconds: z._default(whole(1, 29), 29),
  apiTimeoutSeconds: z._default(whole(1, 29), 29),
  /** At 1,769 MB a function has one whole processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
  processMemoryMb: z._default(whole(128, 10_240), 1769),
  renderMemoryMb: z._default(whole(128, 10_240), 1769),
  apiMemoryMb: z._default(whole(128, 10_240), 512),
  /** Uploads processed at once. Default: on AWS 10, which is all that a new account may run; here one for each processor. */
  maxConcurrency: z.optional(whole(MIN_CONCURRENCY, 1000)),
} as const;

const SCHEMA = z.object(SETTINGS);

export type Settings = Readonly<z.infer<typeof SCHEMA> & { maxConcurrency: number }>;

/** Uploads processed at once where nothing is said, by target. */
const CONCURRENCY = {
  aws: () => 10,
  here: (processors) => Math.max(MIN_CONCURRENCY, processors),
} as const satisfies Record<Settings['target'], (processors: number) => number>;

/**
 * The settings among an app's context; `home` becomes absolute. `processors` are those of this machine. Throws an Error with a line
 * for each key that is unknown or has a wrong value, and what it takes. Keys that are no plain word (`aws:…`, `@aws-cdk/…`) belong
 * to CDK and are left alone.
 */
export function readSettings(
  context: Readonly<Record<string, unknown>>,
  processors = availableParallelism(),
): Settings {
  const own = Object.fromEntries(Object.entries(context).filter(([key]) => /^\w+$/.test(key)));
  const known = Object.keys(SETTINGS);
  const complaints = Object.keys(own)
    .filter((key) => !known.includes(key))
    .map((key) => `${key}: no such setting; there are ${known.join(', ')}`);
  const parsed = SCHEMA.safeParse(own);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const key = String(path[0]);
    complaints.push(`${key}=${String(own[key])}: ${key} takes ${message}`);
  }
  if (!parsed.success || complaints.length > 0) throw new Error(complaints.join('\n'));
  const { target, home, maxConcurrency = CONCURRENCY[target](processors) } = parsed.data;
  return { ...parsed.data, home: resolve(home), maxConcurrency };
}

/** Name of a resource of this deployment: `darkroom-work`, or `darkroom-test-work` where the stage is `test`. */
export function nameOf({ stage }: Pick<Settings, 'stage'>, what: string): string {
  return stage === 'prod' ? `darkroom-${what}` : `darkroom-${stage}-${what}`;
}

function oneOf<const Words extends readonly string[]>(...words: Words) {
  return z.enum(words, { error: words.join(' or ') });
}

function text(pattern: RegExp, takes: string) {
  return z.string({ error: takes }).check(z.regex(pattern, takes));
}

/** A dot in the name would break TLS. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function bucketName() {
  return text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'a bucket name: 3 to 63 of a-z, 0-9 and -');
}

/** Context from a command line is text, context from JSON is not: both are taken. */
function whole(from: number, to: number) {
  const takes = `a whole number from ${from} to ${to}`;
  const fromText = z.transform((value) => (/^\d+$/.test(String(value)) ? Number(value) : value));
  return z.pipe(fromText, z.number(takes).check(z.int(takes), z.gte(from, takes), z.lte(to, takes)));
}

function flag() {
  const word = z.stringbool({ truthy: ['true'], falsy: ['false'] });
  return z.union([z.boolean(), word], { error: 'true or false' });
}
