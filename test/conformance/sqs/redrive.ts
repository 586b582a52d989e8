import assert from 'node:assert/strict';
import {
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { type Case, feature, refused } from '../case.ts';
import { arnOf, MAX_RECEIVES, receive, receiveOne, type SqsWorld, send } from './world.ts';

export const REDRIVE: readonly Case<SqsWorld>[] = feature('sqs-queue', [
  {
    id: 'dead-letters',
    what: 'a message that was received as often as it may be goes to the dead-letter queue',
    async run(on) {
      const { MessageId } = await send(on, 'dead');
      await kill(on);
      const dead = await receiveOne({ ...on, url: on.deadUrl });
      assert.deepEqual([dead.Body, dead.MessageId], ['dead', MessageId]);
    },
  },
  {
    id: 'dead-letter-sources',
    what: 'a dead-letter queue knows whose it is',
    async run({ sqs, url, deadUrl }) {
      const command = new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadUrl });
      assert.deepEqual((await sqs.send(command)).queueUrls, [url]);
    },
  },
  {
    id: 'moved-back',
    what: 'a task moves dead letters back to where they came from, and is listed',
    async run(on) {
      for (const body of ['a', 'b']) {
        await send(on, body);
        await kill(on);
      }
      const SourceArn = await arnOf(on, on.deadUrl);
      await on.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
      const seen: string[] = [];
      while (seen.length < 2) seen.push((await receiveOne(on)).Body ?? '');
      assert.deepEqual(seen.sort(), ['a', 'b']);
      const { Results } = await on.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
      assert.equal(Results?.[0]?.ApproximateNumberOfMessagesMoved, 2);
    },
  },
  {
    id: 'moved-from-none',
    what: 'no task moves from a queue that is nobody’s dead-letter queue',
    async run(on) {
      const SourceArn = await arnOf(on, on.url);
      const codes = ['InvalidParameterValue', 'UnsupportedOperation'];
      await refused(on.sqs.send(new StartMessageMoveTaskCommand({ SourceArn })), codes, 400);
    },
  },
]);

/** Receives a message as often as it may be, and once more, which moves it. */
async function kill(on: SqsWorld): Promise<void> {
  for (let i = 0; i < MAX_RECEIVES; i += 1) await receiveOne(on, { VisibilityTimeout: 0 });
  await receive(on);
}
