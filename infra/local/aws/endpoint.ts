import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { BucketSpec, QueueSpec } from '../topology/topology.ts';
import { type Permissions, permissionsOf } from './access/permissions.ts';
import { type DoorOptions, openDoor } from './door.ts';
import { dynamoService } from './dynamodb.ts';
import { openEventLog } from './events/event-log.ts';
import { eventsService } from './events/events-service.ts';
import { declareBuckets } from './s3/declare-buckets.ts';
import { startLifecycle } from './s3/lifecycle-clock.ts';
import { s3Service } from './s3/s3-service.ts';
import { readSetting } from './s3/settings.ts';
import { listen, makeServer, stop } from './server.ts';
import { openQueues } from './sqs/queue-store.ts';
import type { Queues } from './sqs/queues.ts';
import { sqsService } from './sqs/sqs-service.ts';
import { openContents } from './store/contents.ts';
import { openDatabase } from './store/database.ts';
import type { ObservedCall } from './visit.ts';

export type { Queues, ReceivedMessage } from './sqs/queues.ts';
export type { ObservedCall } from './visit.ts';

export interface EndpointOptions extends Permissions {
  /** State folder: `store.db` and `objects/` in it are the endpoint's, for one process at a time. */
  readonly home: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly region: string;
  /** Made when missing. */
  readonly buckets: readonly BucketSpec[];
  readonly queues: readonly QueueSpec[];
  /** Unix socket of a DynamoDB server. @default none: calls of DynamoDB are not implemented */
  readonly dynamodbSocket?: string;
  /** Told of each call whose signature is right, before it runs, and waited for. @default nobody */
  readonly observe?: (call: ObservedCall) => void | Promise<void>;
  /** Told of what nobody foresaw. @default nobody */
  readonly log?: (line: Record<string, unknown>) => void;
  /** Milliseconds since 1970. @default the clock of the machine */
  readonly now?: () => number;
}

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  readonly queues: Queues;
  /** Lets calls that run finish for 2 s, ends long polls at once. All that was acknowledged is on disk before and after. */
  close(): Promise<void>;
}

/**
 * Starts S3 (path style), SQS, DynamoDB and events behind one door on one port; the service in the scope of a signature picks the part.
 * Rejects with Node's error (EADDRINUSE) when the port is taken, and with an Error when another process has the state folder, or a
 * bucket notifies a queue that is not there.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { buckets, queues: specs, accountId, now = Date.now } = options;
  checkNotifications(buckets, specs);
  const server = makeServer();
  const port = await listen(server, options);
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  const opened: (() => void)[] = [() => server.close()];
  try {
    const db = openDatabase(options.home);
    opened.push(db.close);
    const contents = openContents(options.home, db, newId);
    opened.push(contents.close);
    const queues = openQueues({ db, specs, now, newId });
    opened.push(queues.close);
    declareBuckets({ db, now }, buckets);

    const s3 = { db, contents, queues, accountId, region: options.region, now, newId };
    const lifecycle = startLifecycle(s3, options.log ?? (() => {}));
    opened.push(() => void lifecycle.close());

    const closing = new AbortController();
    const place = { region: options.region, accountId };
    const services = {
      s3: s3Service(s3),
      sqs: sqsService({ db, queues, ...queueBases(url, options) }, closing.signal),
      dynamodb: dynamoService(
        options.dynamodbSocket,
        `arn:aws:dynamodb:${options.region}:${accountId}:table`,
      ),
      events: eventsService(openEventLog({ db, ...place, now, newId }), place),
    };
    const permissions = permissionsOf(options, (bucket) => readSetting<string>(db, bucket, 'policy'));
    const settled = answer(server, { ...options, ...permissions, services, now });
    const close = async (): Promise<void> => {
      closing.abort();
      await stop(server);
      await settled();
      await lifecycle.close();
      queues.close();
      contents.close();
      db.close();
    };
    return { url, port, queues, close };
  } catch (error) {
    for (const end of opened.reverse()) end();
    throw error;
  }
}

/** What stands before a queue's name in its URL and in its ARN. */
function queueBases(url: string, { region, accountId }: Pick<EndpointOptions, 'region' | 'accountId'>) {
  return { queueBase: `${url}/${accountId}`, arnBase: `arn:aws:sqs:${region}:${accountId}` };
}

/** Lets the door answer what comes in. Returns a wait for all calls that run. */
function answer(
  server: Server,
  { observe = () => {}, log = () => {}, ...options }: Listening,
): () => Promise<unknown> {
  const door = openDoor({ ...options, newId, observe, log });
  const underWay = new Set<Promise<void>>();
  const take: typeof door = (message, response) => {
    const call = door(message, response).finally(() => underWay.delete(call));
    underWay.add(call);
    return call;
  };
  server.on('request', take).on('checkContinue', take);
  return () => Promise.all(underWay);
}

type Listening = Pick<EndpointOptions, 'observe' | 'log'> &
  Pick<DoorOptions, 'services' | 'now' | 'findKey' | 'policyOf'>;

function newId(): string {
  return randomBytes(16).toString('hex');
}

function checkNotifications(buckets: readonly BucketSpec[], queues: readonly QueueSpec[]): void {
  for (const { name, notifications } of buckets) {
    const lost = notifications.find(({ queueArn }) => !queues.some(({ arn }) => arn === queueArn));
    if (lost) throw new Error(`Bucket ${name} notifies ${lost.queueArn}, and there is no such queue`);
  }
}
