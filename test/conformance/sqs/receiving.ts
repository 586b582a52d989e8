import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand } from '@aws-sdk/client-sqs';
import { type Case, feature, refused } from '../case.ts';
import { bodies, receive, receiveOne, remove, type SqsWorld, send } from './world.ts';

const SYSTEM = ['All' as const];

export const RECEIVING: readonly Case<SqsWorld>[] = feature('sqs-receive', [
  {
    id: 'empty',
    what: 'an empty queue answers at once, with nothing',
    run: async (on) => void assert.deepEqual(await receive(on, { WaitTimeSeconds: 0 }), []),
  },
  {
    id: 'wakes',
    what: 'who waits is woken by a message in a fraction of its wait',
    async run(on) {
      const waiting = receiveOne(on, { WaitTimeSeconds: 10 });
      await sleep(300);
      const sentMs = Date.now();
      await send(on, 'wake');
      assert.equal((await waiting).Body, 'wake');
      assert.ok(Date.now() - sentMs < 3_000, 'it took longer');
    },
  },
  {
    id: 'waits',
    what: 'who waits for nothing waits as long as it said',
    async run(on) {
      const startMs = Date.now();
      assert.deepEqual(await receive(on, { WaitTimeSeconds: 1 }), []);
      const tookMs = Date.now() - startMs;
      assert.ok(tookMs >= 950 && tookMs < 5_000, `it took ${tookMs} ms`);
    },
  },
  {
    id: 'counted',
    what: 'receives are counted, and the first is remembered',
    async run(on) {
      await send(on, 'x');
      const ask = { VisibilityTimeout: 0, MessageSystemAttributeNames: SYSTEM };
      const [first, second] = [await receiveOne(on, ask), await receiveOne(on, ask)];
      const counts = [first, second].map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
      assert.deepEqual(counts, ['1', '2']);
      const times = [first, second].map(({ Attributes }) => Attributes?.ApproximateFirstReceiveTimestamp);
      assert.equal(times[0], times[1]);
      assert.ok(Math.abs(Date.now() - Number(first.Attributes?.SentTimestamp)) < 60_000);
    },
  },
  {
    id: 'sender',
    what: 'system attributes come only when asked for',
    async run(on) {
      await send(on, 'x');
      assert.equal((await receiveOne(on, { VisibilityTimeout: 0 })).Attributes, undefined);
      assert.ok((await receiveOne(on, { MessageSystemAttributeNames: ['SenderId'] })).Attributes?.SenderId);
    },
  },
  {
    id: 'deleted',
    what: 'a deleted message does not come again, and may be deleted twice',
    async run(on) {
      await send(on, 'x');
      const message = await receiveOne(on, { VisibilityTimeout: 1 });
      await remove(on, message);
      await remove(on, message);
      assert.deepEqual(await receive(on, { WaitTimeSeconds: 2 }), []);
    },
  },
  {
    id: 'deleted-many',
    what: 'in a batch of deletes a bad one fails alone',
    async run(on) {
      await send(on, 'x');
      const { ReceiptHandle } = await receiveOne(on);
      const Entries = [
        { Id: 'good', ReceiptHandle },
        { Id: 'bad', ReceiptHandle: 'no handle' },
      ];
      const done = await on.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: on.url, Entries }));
      assert.deepEqual(
        [done.Successful?.map(({ Id }) => Id), done.Failed?.map(({ Id }) => Id)],
        [['good'], ['bad']],
      );
    },
  },
  {
    id: 'stale',
    what: 'a handle from before another receive does not delete',
    async run(on) {
      await send(on, 'x');
      const stale = await receiveOne(on, { VisibilityTimeout: 0 });
      const dead = { ...on, url: on.deadUrl };
      await receiveOne(on, { VisibilityTimeout: 1 });
      await remove(on, stale).catch(() => undefined);
      await sleep(1_100);
      assert.deepEqual(bodies([...(await receive(on)), ...(await receive(dead))]), ['x']);
    },
  },
  {
    id: 'bad-handle',
    what: 'a handle that is none is refused',
    run: async (on) =>
      void (await refused(remove(on, { ReceiptHandle: 'no handle' }), 'ReceiptHandleIsInvalid')),
  },
  ...(
    [
      ['many', { MaxNumberOfMessages: 11 }, 'Must be between 1 and 10, if provided.'],
      ['few', { MaxNumberOfMessages: 0 }, 'Must be between 1 and 10, if provided.'],
      ['long', { WaitTimeSeconds: 21 }, 'Must be >= 0 and <= 20, if provided.'],
      ['hidden', { VisibilityTimeout: 43_201 }, 'Must be >= 0 and <= 43200, if provided.'],
    ] as const
  ).map(([id, asked, reason]) => ({
    id: `too-${id}`,
    what: `to receive with ${JSON.stringify(asked)} is refused, and what it may be is told`,
    async run(on: SqsWorld) {
      const error = await refused(receive(on, asked), 'InvalidParameterValue', 400);
      const [[name, value] = []] = Object.entries(asked);
      assert.equal(error.message, `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
    },
  })),
]);
