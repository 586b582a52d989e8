import assert from 'node:assert/strict';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Case, feature, refused } from '../case.ts';
import { arnOf, MAX_RECEIVES, makeQueue, receive, receiveOne, type SqsWorld, send } from './world.ts';

const ABSENT = 'conformance-is-not-there';

export const QUEUES: readonly Case<SqsWorld>[] = feature('sqs-queue', [
  {
    id: 'absent',
    what: 'a queue that is not there is told as such, by name and by URL',
    async run({ sqs, url }) {
      await refused(sqs.send(new GetQueueUrlCommand({ QueueName: ABSENT })), 'QueueDoesNotExist', 400);
      const QueueUrl = url.replace(/[^/]+$/, ABSENT);
      await refused(
        sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
        'QueueDoesNotExist',
        400,
      );
      await refused(sqs.send(new ReceiveMessageCommand({ QueueUrl })), 'QueueDoesNotExist', 400);
    },
  },
  {
    id: 'made-again',
    what: 'a queue may be made again as it is, and not otherwise',
    async run(on) {
      const name = nameOf(on.deadUrl);
      assert.equal(await makeQueue(on, name, {}), on.deadUrl);
      const otherwise = makeQueue(on, name, { VisibilityTimeout: '77' });
      await refused(otherwise, ['QueueNameExists', 'QueueAlreadyExists'], 400);
    },
  },
  {
    id: 'bad-name',
    what: 'a queue cannot be named with a space',
    run: async (on) => void (await refused(makeQueue(on, 'a b', {}), 'InvalidParameterValue', 400)),
  },
  {
    id: 'deleted',
    what: 'a deleted queue is gone',
    async run(on) {
      await on.sqs.send(new DeleteQueueCommand({ QueueUrl: on.url }));
      await refused(send(on, 'x'), 'QueueDoesNotExist', 400);
    },
  },
  {
    id: 'set',
    what: 'settings of a queue are changed, and hold at once',
    async run(on) {
      const Attributes = { VisibilityTimeout: '1' };
      await on.sqs.send(new SetQueueAttributesCommand({ QueueUrl: on.url, Attributes }));
      assert.deepEqual(await attributes(on, ['VisibilityTimeout']), Attributes);
      await send(on, 'x');
      await receiveOne(on);
      assert.equal((await receiveOne(on)).Body, 'x');
    },
  },
  {
    id: 'listed',
    what: 'queues are listed by the beginning of their names',
    async run({ sqs, url, deadUrl }) {
      const QueueNamePrefix = nameOf(url);
      const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix }));
      assert.deepEqual(QueueUrls?.toSorted(), [url, deadUrl].toSorted());
    },
  },
  {
    id: 'listed-none',
    what: 'of queues that are not there none is listed',
    async run({ sqs }) {
      assert.deepEqual(
        (await sqs.send(new ListQueuesCommand({ QueueNamePrefix: ABSENT }))).QueueUrls ?? [],
        [],
      );
    },
  },
  {
    id: 'attributes',
    what: 'a queue tells its settings',
    async run(on) {
      const all = await attributes(on, ['All']);
      assert.deepEqual([all.VisibilityTimeout, all.DelaySeconds], ['30', '0']);
      const redrive = JSON.parse(all.RedrivePolicy ?? '{}');
      assert.equal(redrive.deadLetterTargetArn, await arnOf(on, on.deadUrl));
      assert.equal(Number(redrive.maxReceiveCount), MAX_RECEIVES);
      assert.deepEqual(Object.keys(await attributes(on, ['DelaySeconds'])), ['DelaySeconds']);
    },
  },
  {
    id: 'depth',
    what: 'a queue tells how many messages are visible, hidden and delayed',
    async run(on) {
      for (const body of ['visible', 'hidden']) await send(on, body);
      await send(on, 'delayed', { DelaySeconds: 60 });
      await receiveOne(on);
      const all = await attributes(on, ['All']);
      const names = ['', 'NotVisible', 'Delayed'] as const;
      assert.deepEqual(
        names.map((name) => all[`ApproximateNumberOfMessages${name}`]),
        ['1', '1', '1'],
      );
    },
  },
  {
    id: 'bad-attribute',
    what: 'an attribute that there is not is refused',
    run: async (on) =>
      void (await refused(attributes(on, ['Colour' as QueueAttributeName]), 'InvalidAttributeName', 400)),
  },
  {
    id: 'purged',
    what: 'a purged queue is empty',
    async run(on) {
      for (const body of ['a', 'b']) await send(on, body);
      await on.sqs.send(new PurgeQueueCommand({ QueueUrl: on.url }));
      assert.deepEqual(await receive(on, { WaitTimeSeconds: 1 }), []);
    },
  },
  {
    id: 'stranger',
    what: 'who signs with another secret is refused',
    async run({ sqs, url: QueueUrl }) {
      const { region, endpoint, credentials } = sqs.config;
      const { accessKeyId } = await credentials();
      const stranger = new SQSClient({
        region,
        ...(endpoint && { endpoint }),
        credentials: { accessKeyId, secretAccessKey: 'another' },
        maxAttempts: 1,
      });
      const call = stranger.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
      await refused(call, ['InvalidSignatureException', 'SignatureDoesNotMatch', 'InvalidSecurity']);
      stranger.destroy();
    },
  },
]);

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

async function attributes(
  { sqs, url: QueueUrl }: SqsWorld,
  AttributeNames: QueueAttributeName[],
): Promise<Partial<Record<QueueAttributeName, string>>> {
  return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes ?? {};
}
