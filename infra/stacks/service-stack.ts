import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type Code, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { SettingName } from '../../lib/config.ts';
import { Alarms } from '../constructs/alarms.ts';
import { BundledFunction } from '../constructs/bundled-function.ts';
import { Cdn } from '../constructs/cdn.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { EachMinute } from '../constructs/each-minute.ts';
import { EventsOut } from '../constructs/events-out.ts';
import { HttpApi } from '../constructs/http-api.ts';
import type { Settings } from '../settings.ts';
import type { DataStack } from './data-stack.ts';

const FUNCTIONS = {
  process: 'Takes uploads and builds from the work queue and makes their outputs.',
  api: 'Answers uploads, builds, the log and downloads.',
  render: 'Answers images that are derived on demand.',
  sweep: 'Looks for work that nobody does: lost events, builds without a worker, dead letters.',
} as const satisfies Record<string, string>;

export type FunctionName = keyof typeof FUNCTIONS;

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings;
  readonly version: string;
  readonly data: DataStack;
  /** Where a function's code lies: a folder whose `index.mjs` exports `handler`. */
  readonly code: (name: FunctionName) => Code;
}

/** All that works on the data and holds none: the functions, what each of them may do, and what wakes them. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { settings, version, data, code, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { images, work, log, firstUser, signingKey } = data;
    const environment = environmentOf(data, settings, version);
    const define = (name: FunctionName): BundledFunction =>
      new BundledFunction(this, name, {
        settings,
        environment,
        name,
        description: FUNCTIONS[name],
        code: code(name),
        memoryMb: settings[`${name}MemoryMb`],
        timeoutSeconds: settings[`${name}TimeoutSeconds`],
        reserved: settings[`${name}Reserved`],
      });

    const eventsOut = new EventsOut(this, 'EventsOut', settings);

    const process = define('process');
    images.grantReadUploads(process);
    if (settings.deleteInput) images.grantRemoveUploads(process);
    images.grantReadOutputs(process);
    images.grantReplaceOutputs(process);
    log.grantRead(process);
    log.grantWrite(process);
    work.grantConsume(process);
    work.grantSubmit(process);
    eventsOut.grantPublish(process);

    const api = define('api');
    images.grantReadUploads(api);
    images.grantListVersions(api);
    images.grantUpload(api);
    images.grantRemoveUploads(api);
    images.grantPurgeUploads(api);
    images.grantReadOutputs(api);
    log.grantRead(api);
    log.grantWrite(api);
    work.grantSubmit(api);
    work.grantObserve(api);
    work.grantRedrive(api);
    eventsOut.grantPublish(api);
    firstUser.grantRead(api);
    signingKey.grantRead(api);
    new EachMinute(this, 'Clear', {
      ...{ settings, name: 'clear', wakes: api },
      description: 'Goes on with deleting many.',
    });

    const render = define('render');
    images.grantReadUploads(render);
    images.grantReadOutputs(render);
    images.grantKeepDerivations(render);
    log.grantRead(render);
    log.grantWrite(render);
    work.grantSubmit(render);
    eventsOut.grantPublish(render);
    firstUser.grantRead(render);
    signingKey.grantRead(render);

    const sweep = define('sweep');
    images.grantFindUploads(sweep);
    images.grantReadOutputs(sweep);
    log.grantRead(sweep);
    log.grantLookUp(sweep);
    log.grantWrite(sweep);
    work.grantSubmit(sweep);
    work.grantLookAtDeadLetters(sweep);
    eventsOut.grantPublish(sweep);
    new EachMinute(this, 'Sweep', {
      ...{ settings, name: 'sweep', wakes: sweep },
      description: 'Looks for work that nobody does.',
    });

    new EventSourceMapping(this, 'Work', {
      target: process.function,
      eventSourceArn: work.queue.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: settings.maxConcurrency,
    });
    const http = new HttpApi(this, 'Http', { settings, functions: { api, render } });
    new CfnOutput(this, 'ApiUrl', { value: http.url });

    if (settings.cdn && settings.target === 'aws') {
      const cdn = new Cdn(this, 'Cdn', { settings, apiId: http.apiId });
      cdn.serve(render);
      new CfnOutput(this, 'CdnUrl', { value: cdn.url });
    }

    const names = Object.keys(FUNCTIONS) as readonly FunctionName[];
    const timeouts = Object.fromEntries(names.map((name) => [name, settings[`${name}TimeoutSeconds`]]));
    new Alarms(this, 'Alarms', { settings, timeouts, apiId: http.apiId });
    if (settings.dashboard)
      new Dashboard(this, 'Dashboard', { settings, functions: names, apiId: http.apiId });
  }
}

function environmentOf(data: DataStack, settings: Settings, version: string): Record<SettingName, string> {
  return {
    INPUT_BUCKET: data.images.input.bucketName,
    OUTPUT_BUCKET: data.images.output.bucketName,
    TABLE_NAME: data.log.table.tableName,
    QUEUE_URL: data.work.queue.queueUrl,
    DEAD_LETTERS_URL: data.work.deadLetters.queueUrl,
    EVENT_BUS: settings.eventBus,
    STAGE: settings.stage,
    BASE_PATH: settings.basePath,
    DELETE_INPUT: String(settings.deleteInput),
    MAX_SOURCE_BYTES: String(settings.maxSourceBytes),
    DARKROOM_VERSION: version,
    SECRET: data.firstUser.location,
    SIGNING_SECRET: data.signingKey.location,
    PUBLIC_URL: settings.publicUrl,
    CDN_URL: '',
    ORIGIN_SECRET: '',
  };
}
