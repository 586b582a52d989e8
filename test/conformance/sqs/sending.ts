import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type Case, feature, refused } from '../case.ts';
import { bodies, receive, receiveOne, type SqsWorld, send } from './world.ts';

const ATTRIBUTES = {
  text: { DataType: 'String', StringValue: 'ü' },
  number: { DataType: 'Number.int', StringValue: '42' },
  bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
};
const MAX_BYTES = 1_048_576;

export const SENDING: readonly Case<SqsWorld>[] = feature('sqs-send', [
  {
    id: 'body',
    what: 'a message arrives as it was sent',
    async run(on) {
      const body = '{"a": "<&>\\"\\t\\r\\n ü 日本 😀"}';
      await send(on, body);
      assert.equal((await receiveOne(on)).Body, body);
    },
  },
  {
    id: 'md5',
    what: 'sender and receiver are told the MD5 of the body',
    async run(on) {
      const md5 = createHash('md5').update('bödy').digest('hex');
      const { MD5OfMessageBody, MessageId } = await send(on, 'bödy');
      const message = await receiveOne(on);
      assert.deepEqual([MD5OfMessageBody, message.MD5OfBody, message.MessageId], [md5, md5, MessageId]);
    },
  },
  {
    id: 'attributes',
    what: 'attributes arrive with their types, and their MD5 is told',
    async run(on) {
      const sent = await send(on, 'body', { MessageAttributes: ATTRIBUTES });
      const message = await receiveOne(on, { MessageAttributeNames: ['All'] });
      assert.equal(message.MessageAttributes?.text?.StringValue, 'ü');
      assert.equal(message.MessageAttributes?.number?.DataType, 'Number.int');
      const bytes = message.MessageAttributes?.bytes?.BinaryValue ?? [];
      assert.deepEqual([...bytes], [0, 255]);
      assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    },
  },
  {
    id: 'attributes-unasked',
    what: 'only attributes that were asked for are told',
    async run(on) {
      await send(on, 'body', { MessageAttributes: ATTRIBUTES });
      const message = await receiveOne(on, { MessageAttributeNames: ['te*', 'number'] });
      assert.ok(!('bytes' in (message.MessageAttributes ?? {})));
      assert.equal(message.MessageAttributes?.number?.StringValue, '42');
    },
  },
  {
    id: 'largest',
    what: 'a message may have 1 MiB, and not a byte more',
    async run(on) {
      await send(on, 'x'.repeat(MAX_BYTES));
      await refused(
        send(on, 'x'.repeat(MAX_BYTES + 1)),
        ['InvalidParameterValue', 'InvalidMessageContents'],
        400,
      );
      assert.equal((await receiveOne(on)).Body?.length, MAX_BYTES);
    },
  },
  {
    id: 'empty',
    what: 'a message without a body is refused',
    run: async (on) =>
      void (await refused(
        send(on, ''),
        ['InvalidParameterValue', 'MissingParameter', 'InvalidMessageContents'],
        400,
      )),
  },
  {
    id: 'characters',
    what: 'characters that XML cannot hold are refused',
    run: async (on) => void (await refused(send(on, 'a\u0000b'), 'InvalidMessageContents', 400)),
  },
  {
    id: 'delay',
    what: 'a delayed message is not seen before its time',
    async run(on) {
      await send(on, 'later', { DelaySeconds: 1 });
      assert.deepEqual(await receive(on), []);
      assert.equal((await receiveOne(on)).Body, 'later');
    },
  },
  {
    id: 'delay-too-long',
    what: 'a message is delayed by 15 minutes at most',
    run: async (on) =>
      void (await refused(send(on, 'x', { DelaySeconds: 901 }), 'InvalidParameterValue', 400)),
  },
  {
    id: 'batch',
    what: 'a batch of ten arrives whole',
    async run(on) {
      const sent = await sendBatch(on, entries(10));
      assert.equal(sent.Successful?.length, 10);
      const seen: string[] = [];
      while (seen.length < 10) seen.push(...bodies(await receive(on, { WaitTimeSeconds: 5 })));
      assert.deepEqual(
        seen.sort(),
        entries(10)
          .map(({ MessageBody }) => MessageBody)
          .sort(),
      );
    },
  },
  {
    id: 'batch-partly',
    what: 'in a batch one bad message fails alone',
    async run(on) {
      const bad = { Id: 'bad', MessageBody: 'a\u0000b' };
      const { Successful, Failed } = await sendBatch(on, [...entries(2), bad]);
      assert.deepEqual(
        Successful?.map(({ Id }) => Id),
        ['0', '1'],
      );
      assert.deepEqual(
        Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
        [['bad', 'InvalidMessageContents', true]],
      );
    },
  },
  ...(
    [
      ['too-many', 'of eleven', entries(11), 'TooManyEntriesInBatchRequest'],
      ['empty', 'of none', [], 'EmptyBatchRequest'],
      ['twice', 'with one id twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
      ['bad-id', 'with an id of bad characters', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
      ['too-long', 'of more than 1 MiB', entries(2, 600_000), 'BatchRequestTooLong'],
    ] as const
  ).map(([id, what, batch, code]) => ({
    id: `batch-${id}`,
    what: `a batch ${what} is refused`,
    run: async (on: SqsWorld) => void (await refused(sendBatch(on, batch), code, 400)),
  })),
]);

function entries(count: number, length = 1): { Id: string; MessageBody: string }[] {
  return Array.from({ length: count }, (_, i) => ({ Id: `${i}`, MessageBody: `${i}`.padEnd(length, 'x') }));
}

function sendBatch({ sqs, url: QueueUrl }: SqsWorld, batch: readonly SendMessageBatchRequestEntry[]) {
  return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...batch] }));
}
