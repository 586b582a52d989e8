import { resolve } from 'node:path';
import { nameOf, readSettings } from '../../infra/settings.ts';
import { createSqs, findQueueUrl } from '../../lib/queue/work-queue.ts';

/** What an operator's program works on: a stage in an AWS account, or this machine. */
export interface OpsPlace {
  readonly inputBucket: string;
  readonly outputBucket: string;
  readonly tableName: string;
  readonly queueUrl: string;
  /** As the program tells it before it begins. */
  readonly told: string;
}

type Environment = Record<string, string | undefined>;

/**
 * Where `--stage` leads, by AWS credentials as any client finds them; without it to the Darkroom that runs on this machine, which the
 * environment is changed for. Throws an Error when there is none.
 */
export async function findPlace(stage: string | undefined, environment: Environment): Promise<OpsPlace> {
  if (stage === undefined) pointHere(environment);
  const target = stage === undefined ? 'here' : 'aws';
  const { INPUT_BUCKET: inputBucket, OUTPUT_BUCKET: outputBucket } = environment;
  const settings = readSettings({
    ...{ target, ...(stage !== undefined && { stage }) },
    ...(stage === undefined && inputBucket && { inputBucket }),
    ...(stage === undefined && outputBucket && { outputBucket }),
  });
  const { url, region } = await findQueue(nameOf(settings, 'work'), target);
  // An account's queues have its number in their URLs: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
  const account = new URL(url).pathname.split('/')[1];
  const bucket = (side: string): string =>
    target === 'here' ? nameOf(settings, side) : `${nameOf(settings, side)}-${account}-${region}`;
  return {
    inputBucket: settings.inputBucket ?? bucket('input'),
    outputBucket: settings.outputBucket ?? bucket('output'),
    tableName: nameOf(settings, 'log'),
    queueUrl: url,
    told: target === 'here' ? 'this machine' : `stage ${settings.stage} in ${region}, account ${account}`,
  };
}

/** The AWS endpoint that `npm start` has opened, with the first user's keys, whatever else the environment says. */
function pointHere(environment: Environment): void {
  const { S3_PORT = '4566', DARKROOM_HOME = '.darkroom', AWS_REGION = 'us-east-1' } = environment;
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
    delete environment[name];
  environment.AWS_ENDPOINT_URL = `http://127.0.0.1:${S3_PORT}`;
  environment.AWS_SHARED_CREDENTIALS_FILE = resolve(DARKROOM_HOME, 'credentials');
  environment.AWS_REGION = AWS_REGION;
}

async function findQueue(name: string, target: 'here' | 'aws') {
  const sqs = createSqs();
  try {
    return { url: await findQueueUrl(sqs, name), region: await sqs.config.region() };
  } catch (error) {
    const hint = target === 'here' ? 'npm start has to run' : 'are region, credentials and stage right?';
    throw new Error(`The queue ${name} does not answer: ${hint}`, { cause: error });
  } finally {
    sqs.destroy();
  }
}
