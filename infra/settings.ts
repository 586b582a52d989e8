import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import { nearest } from './nearest.ts';
import { CHOSEN, type Chosen, MIN_CONCURRENCY, SETTINGS } from './setting-table.ts';
import { STAGES, type StageSettings } from './stages.ts';

export type Settings = Chosen & { readonly maxConcurrency: number };

/** What is said of settings, by name: values as the command line gives them, in text, or as JSON. */
export type Said = Readonly<Record<string, unknown>>;

export interface Surroundings {
  /** @default those of this machine */
  readonly processors?: number;
  /** @default those of infra/stages.ts */
  readonly stages?: Readonly<Record<string, StageSettings>>;
}

/** Uploads processed at once where nothing is said, by target. */
const CONCURRENCY = {
  aws: () => 10,
  here: (processors) => Math.max(MIN_CONCURRENCY, processors),
} as const satisfies Record<Settings['target'], (processors: number) => number>;

/**
 * The settings by an app's context, by the row of its stage, and by default, in this order; `home` becomes absolute. Throws an Error
 * with a line for each key that is unknown or has a wrong value, and what it takes. Keys that are no plain word (`aws:…`,
 * `@aws-cdk/…`) belong to CDK and are left alone.
 */
export function readSettings(context: Said, surroundings: Surroundings = {}): Settings {
  const { processors = availableParallelism(), stages = STAGES } = surroundings;
  const own = ownSettings(context);
  const said: Said = { ...stageRow(own, stages), ...own };
  const complaints = Object.keys(said)
    .filter((key) => !Object.hasOwn(SETTINGS, key))
    .map(unknownSetting);
  const parsed = CHOSEN.safeParse(said);
  for (const { path, message } of parsed.error?.issues ?? []) {
    const key = String(path[0]);
    complaints.push(`${key}=${String(said[key])}: it takes ${message}`);
  }
  if (!parsed.success || complaints.length > 0) throw new Error(complaints.join('\n'));
  const { target, home, maxConcurrency = CONCURRENCY[target](processors) } = parsed.data;
  const settings = { ...parsed.data, home: resolve(home), maxConcurrency };
  const clashes = CLASHES.filter(({ when }) => when(settings)).map(({ told }) => told);
  if (clashes.length > 0) throw new Error(clashes.join('\n'));
  return settings;
}

/** What of a context is ours. */
export function ownSettings(context: Said): Said {
  return Object.fromEntries(Object.entries(context).filter(([key]) => /^\w+$/.test(key)));
}

/** What infra/stages.ts says of the stage that is meant. Throws an Error for one that it does not have; one machine is no stage. */
export function stageRow({ target, stage = 'prod' }: Said, stages: Surroundings['stages'] = STAGES): Said {
  if (target === 'here') return {};
  const row = Object.hasOwn(stages, String(stage)) ? stages[String(stage)] : undefined;
  if (row !== undefined) return row;
  const names = Object.keys(stages);
  const near = nearest(String(stage), names);
  throw new Error(
    `stage=${stage}: infra/stages.ts has ${names.join(', ')}; did you mean ${near}? A new stage is a new row there`,
  );
}

/** Name of a resource of this deployment: `darkroom-work`, or `darkroom-test-work` where the stage is `test`. */
export function nameOf({ stage }: Pick<Settings, 'stage'>, what: string): string {
  return stage === 'prod' ? `darkroom-${what}` : `darkroom-${stage}-${what}`;
}

/** Name of a bucket: on AWS with account and region behind it, since these names are the whole world's. */
export function bucketName(settings: Pick<Settings, 'stage' | 'target'>, what: string): string {
  const name = nameOf(settings, what);
  return settings.target === 'here' ? name : `${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}

/** Names of the two buckets for pictures. */
export function bucketNames(settings: Pick<Settings, 'stage' | 'target' | 'inputBucket' | 'outputBucket'>): {
  readonly input: string;
  readonly output: string;
} {
  return {
    input: settings.inputBucket ?? bucketName(settings, 'input'),
    output: settings.outputBucket ?? bucketName(settings, 'output'),
  };
}

function unknownSetting(key: string): string {
  const names = Object.keys(SETTINGS);
  return `${key}: no such setting; did you mean ${nearest(key, names)}? There are ${names.join(', ')}`;
}

/** Values that are right one by one and wrong together. */
const CLASHES: readonly { readonly when: (settings: Settings) => boolean; readonly told: string }[] = [
  {
    when: ({ target, stage, removalPolicy }) =>
      target === 'aws' && stage === 'prod' && removalPolicy === 'destroy',
    told: 'removalPolicy=destroy: prod keeps its data; give the stage another name if it may go',
  },
  {
    when: (settings) => bucketNames(settings).input === bucketNames(settings).output,
    told: 'inputBucket and outputBucket are the same: give them different names, or what is made of a picture would be made into pictures again',
  },
  {
    when: ({ processReserved = Infinity, maxConcurrency }) => processReserved < maxConcurrency,
    told: 'processReserved is below maxConcurrency: the queue would hand out messages that nobody takes, until they are dead letters',
  },
  {
    when: ({ cdnDomain, cdnCertificateArn }) =>
      (cdnDomain === undefined) !== (cdnCertificateArn === undefined),
    told: 'cdnDomain and cdnCertificateArn come together: without its certificate a domain cannot be served',
  },
  {
    when: ({ cdn, cdnDomain }) => cdnDomain !== undefined && !cdn,
    told: 'cdnDomain is set and cdn is off: turn it on with cdn=true',
  },
];
