import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { type Case, feature, refused } from '../case.ts';
import { receive, receiveOne, remove, type SqsWorld, send } from './world.ts';

export const VISIBILITY: readonly Case<SqsWorld>[] = feature('sqs-receive', [
  {
    id: 'hidden',
    what: 'a received message is hidden, and comes again when its time is up',
    async run(on) {
      await send(on, 'again');
      const first = await receiveOne(on, { VisibilityTimeout: 1 });
      assert.deepEqual(await receive(on), []);
      const second = await receiveOne(on);
      assert.equal(second.MessageId, first.MessageId);
      assert.notEqual(second.ReceiptHandle, first.ReceiptHandle);
    },
  },
  {
    id: 'extended',
    what: 'visibility may be made longer',
    async run(on) {
      await send(on, 'x');
      await changeVisibility(on, await receiveOne(on, { VisibilityTimeout: 1 }), 30);
      await sleep(1_200);
      assert.deepEqual(await receive(on), []);
    },
  },
  {
    id: 'given-back',
    what: 'a message is given back by a visibility of nothing',
    async run(on) {
      await send(on, 'x');
      await changeVisibility(on, await receiveOne(on), 0);
      assert.equal((await receiveOne(on)).Body, 'x');
    },
  },
  {
    id: 'given-back-many',
    what: 'in a batch of visibilities a bad one fails alone',
    async run(on) {
      await send(on, 'x');
      const { ReceiptHandle } = await receiveOne(on);
      const Entries = [
        { Id: 'good', ReceiptHandle, VisibilityTimeout: 0 },
        { Id: 'bad', ReceiptHandle: 'no handle', VisibilityTimeout: 0 },
      ];
      const { Successful, Failed } = await on.sqs.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: on.url, Entries }),
      );
      assert.deepEqual([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)], [['good'], ['bad']]);
    },
  },
  {
    id: 'not-in-flight',
    what: 'visibility of a message that is deleted cannot be changed',
    async run(on) {
      await send(on, 'x');
      const message = await receiveOne(on);
      await remove(on, message);
      await refused(changeVisibility(on, message, 10), ['MessageNotInflight', 'InvalidParameterValue'], 400);
    },
  },
  {
    id: 'visibility-too-long',
    what: 'a message is hidden for 12 hours at most',
    async run(on) {
      await send(on, 'x');
      await refused(changeVisibility(on, await receiveOne(on), 43_201), 'InvalidParameterValue', 400);
    },
  },
]);

function changeVisibility(
  { sqs, url: QueueUrl }: SqsWorld,
  { ReceiptHandle }: Message,
  VisibilityTimeout: number,
) {
  return sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
}
