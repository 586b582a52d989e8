import * as z from 'zod/mini';
import { OPERATION } from './operation-settings.ts';
import { bucketName, flag, listOf, oneOf, type Setting, text, whole } from './setting-values.ts';

/** Least that a queue takes: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
export const MIN_CONCURRENCY = 2;
/** At 1,769 MB a function has one whole processor: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const ONE_PROCESSOR_MB = 1769;
/** An HTTP API waits no longer than 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_HTTP_SECONDS = 29;
const MAX_DAYS = 3_650;

const memory = (megabytes: number) => z._default(whole(128, 10_240), megabytes);
const days = (usual: number) => z._default(whole(1, MAX_DAYS), usual);
const reserved = () => z.optional(whole(1, 10_000));
const UNRESERVED = 'what the account has left';
const TIME_LIMIT = 'Seconds after which the function is stopped:';
const MEMORY = `Memory in MB, and with it the share of a processor, which is a whole one at ${ONE_PROCESSOR_MB}:`;
const ORIGINS = 'origins such as https://pictures.example.com, with commas between';
const AT_ONCE = 'Instances that run at once at most, which no other function can take:';

/** What a deployment may choose. One row a setting. */
export const SETTINGS = {
  target: {
    means: 'Where it will run: in an AWS account, or on this machine with the sharp that is installed here',
    takes: z._default(oneOf('aws', 'here'), 'aws'),
  },
  stage: {
    means: 'Which deployment, a row of infra/stages.ts: several may live in one account',
    takes: z._default(text(/^[a-z][a-z0-9-]{0,15}$/, 'up to 16 of a-z, 0-9 and -, a letter first'), 'prod'),
  },
  arch: { means: 'Processor of the functions on AWS', takes: z._default(oneOf('arm64', 'x64'), 'arm64') },
  commit: {
    means: 'What is deployed: stands in the version, behind a +',
    takes: z.optional(text(/^[0-9a-f]{7,40}(-dirty)?$/, 'a git commit: 7 to 40 hexadecimal digits')),
    otherwise: 'the commit that is checked out, with -dirty behind it where files differ from it',
  },
  home: {
    means: 'State folder of the one-machine runtime',
    takes: z._default(text(/./, 'a folder'), '.darkroom'),
  },
  region: {
    means: 'Region that this machine passes for; on AWS the credentials say it (AWS_REGION)',
    takes: z._default(text(/^[a-z]{2,}(-[a-z0-9]+)+$/, 'an AWS region such as us-east-1'), 'us-east-1'),
  },
  accountId: {
    means: 'Account that this machine passes for; on AWS the credentials say it',
    takes: z._default(text(/^\d{12}$/, 'twelve digits'), '000000000000'),
  },

  inputBucket: {
    means:
      'Name of the bucket that takes uploads. Another name is another bucket: the old one stays, with all that is in it',
    takes: z.optional(bucketName()),
    otherwise:
      'darkroom-input; on AWS with account and region behind it, since these names are the whole world’s',
  },
  outputBucket: {
    means: 'Name of the bucket for what is made of them; the same holds',
    takes: z.optional(bucketName()),
    otherwise: 'darkroom-output, likewise',
  },
  corsOrigins: {
    means:
      'Origins, such as https://pictures.example.com, whose pages may send uploads straight to the input bucket',
    takes: z._default(listOf(text(/^https?:\/\/[^/*\s]+$/, ORIGINS), ORIGINS), []),
  },
  deleteInput: {
    means: 'Remove an upload once its outputs and its log are durable',
    takes: z._default(flag(), false),
  },
  oldVersionDays: {
    means: 'Days for which a replaced or deleted upload can be restored',
    takes: days(30),
  },
  oldOutputDays: {
    means: 'Days for which a replaced or removed output stays behind the bucket’s versions',
    takes: days(7),
  },
  derivationDays: {
    means:
      'Days after which a picture that was derived on demand is forgotten: the next request makes it again',
    takes: days(90),
  },
  removalPolicy: {
    means:
      'What becomes of buckets, table, queues and secrets when their stack is deleted; prod always keeps them',
    takes: z._default(oneOf('retain', 'destroy'), 'retain'),
  },

  basePath: {
    means: 'In front of every route',
    takes: z._default(text(/^(\/[\w.~-]+)*$/, 'nothing, or a path such as /image_creation'), ''),
  },
  publicUrl: {
    means:
      'What all URLs in answers begin with, in front of the route, where a reverse proxy or a domain of one’s own stands before the API',
    takes: z._default(
      text(/^(https?:\/\/[^\s?#]*[^\s?#/])?$/, 'nothing, or a URL such as https://pictures.example.com/api'),
      '',
    ),
  },
  requestsPerSecond: {
    means:
      'Requests a second that the gateway lets through to one route; above them a caller gets 429. An account has 10,000 for all',
    takes: z._default(whole(1, 10_000), 1_000),
  },
  requestBurst: {
    means: 'Requests that may come at once; an account has 5,000 for all',
    takes: z._default(whole(1, 5_000), 2_000),
  },
  maxSourceBytes: {
    means: 'Bytes that one source may have: it is held in memory whole, beside its pixels',
    takes: z._default(whole(1, 2 ** 30), 128 * 2 ** 20),
  },
  maxConcurrency: {
    means: 'Uploads processed at once',
    takes: z.optional(whole(MIN_CONCURRENCY, 1_000)),
    otherwise: 'on AWS 10, which is all that a new account may run; on one machine one for each processor',
  },
  processTimeoutSeconds: { means: `${TIME_LIMIT} process`, takes: z._default(whole(1, 900), 60) },
  renderTimeoutSeconds: { means: `${TIME_LIMIT} render`, takes: z._default(whole(1, MAX_HTTP_SECONDS), 29) },
  apiTimeoutSeconds: { means: `${TIME_LIMIT} api`, takes: z._default(whole(1, MAX_HTTP_SECONDS), 29) },
  sweepTimeoutSeconds: {
    means: `${TIME_LIMIT} sweep, which runs each minute`,
    takes: z._default(whole(20, 59), 50),
  },
  processMemoryMb: { means: `${MEMORY} process`, takes: memory(ONE_PROCESSOR_MB) },
  renderMemoryMb: { means: `${MEMORY} render`, takes: memory(ONE_PROCESSOR_MB) },
  apiMemoryMb: { means: `${MEMORY} api`, takes: memory(512) },
  sweepMemoryMb: { means: `${MEMORY} sweep`, takes: memory(512) },
  processReserved: { means: `${AT_ONCE} process`, takes: reserved(), otherwise: UNRESERVED },
  renderReserved: { means: `${AT_ONCE} render`, takes: reserved(), otherwise: UNRESERVED },
  apiReserved: { means: `${AT_ONCE} api`, takes: reserved(), otherwise: UNRESERVED },
  sweepReserved: { means: `${AT_ONCE} sweep`, takes: reserved(), otherwise: UNRESERVED },
  ...OPERATION,
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;
type Shape = { -readonly [K in SettingKey]: (typeof SETTINGS)[K]['takes'] };

const shape = Object.entries(SETTINGS).map(([key, { takes }]) => [key, takes]);
/** All settings as an object: parses what was chosen and fills in the defaults. */
export const CHOSEN = z.object(Object.fromEntries(shape) as Shape);
export type Chosen = Readonly<z.infer<typeof CHOSEN>>;
