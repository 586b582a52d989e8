import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

let live: LiveEndpoint;
let QueueUrl: string | undefined;
beforeAll(async () => {
  live = await liveEndpoint();
  ({ QueueUrl } = await live.sqs.send(new GetQueueUrlCommand({ QueueName: 'work' })));
});
beforeEach(() => live.sqs.send(new PurgeQueueCommand({ QueueUrl })));
afterAll(() => live.end());

describe('SQS over the JSON protocol', () => {
  it('carries a message with its attributes, whose sums the SDK checks', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'ü' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"a":"😀"}', MessageAttributes }));
    const { Messages } = await live.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        Body: '{"a":"😀"}',
        MessageAttributes,
        Attributes: { ApproximateReceiveCount: '1', SenderId: 'darkroom' },
      },
    ]);
    await live.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
    const { Attributes } = await live.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('tells of each entry of a batch', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'bad', MessageBody: '\u0001' },
    ];
    const sent = await live.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    const { Messages = [] } = await live.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    const handles = [Messages[0]?.ReceiptHandle, 'nonsense'].map((ReceiptHandle, i) => ({
      Id: `${i}`,
      ReceiptHandle,
    }));
    const deleted = await live.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    expect(deleted).toMatchObject({
      Successful: [{ Id: '0' }],
      Failed: [{ Id: '1', Code: 'ReceiptHandleIsInvalid' }],
    });
  });

  it('waits for a message that comes late', async () => {
    const waiting = live.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 1 }));
    expect((await waiting).Messages).toMatchObject([{ Body: 'late' }]);
  });

  it('gives nothing to a caller who hung up', async () => {
    const abort = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const waiting = live.sqs.send(command, { abortSignal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await sleep(100);
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'for another' }));
    const { Messages } = await live.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: 'for another' }]);
  });

  it.each([
    ['a queue that is not there', () => new GetQueueUrlCommand({ QueueName: 'none' }), 'QueueDoesNotExist'],
    [
      'a handle that is none',
      () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }),
      'ReceiptHandleIsInvalid',
    ],
    [
      'a visibility over 12 hours',
      () => new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'x', VisibilityTimeout: 43_201 }),
      'InvalidParameterValue',
    ],
    ['no message', () => new SendMessageCommand({ QueueUrl, MessageBody: '' }), 'InvalidParameterValue'],
    [
      'more than 1 MiB',
      () => new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(2 ** 20 + 1) }),
      'InvalidParameterValue',
    ],
    [
      'eleven at once',
      () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }),
      'InvalidParameterValue',
    ],
    ['an empty batch', () => new SendMessageBatchCommand({ QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
  ])('refuses %s', async (_, command, name) => {
    const refused: Promise<unknown> = live.sqs.send(command() as SendMessageCommand);
    await expect(refused).rejects.toMatchObject({ name });
  });

  it('lists the queues', async () => {
    const { QueueUrls } = await live.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'wo' }));
    expect(QueueUrls).toEqual([QueueUrl]);
  });
});

describe('SQS over the older query protocol', () => {
  it('sends, receives and deletes', async () => {
    await call({
      Action: 'SendMessage',
      MessageBody: 'a <b> & c',
      'MessageAttribute.1.Name': 'n',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'v',
    });
    const received = await call({
      Action: 'ReceiveMessage',
      'AttributeName.1': 'All',
      'MessageAttributeName.1': 'All',
    });
    expect(received).toContain('<Body>a &lt;b&gt; &amp; c</Body>');
    expect(received).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(received).toContain(
      '<MessageAttribute><Name>n</Name><Value><DataType>String</DataType><StringValue>v</StringValue></Value>',
    );
    const [, ReceiptHandle = ''] = /<ReceiptHandle>(.+)<\/ReceiptHandle>/.exec(received) ?? [];
    const Entry = 'DeleteMessageBatchRequestEntry.1';
    const deleted = await call({
      Action: 'DeleteMessageBatch',
      [`${Entry}.Id`]: 'one',
      [`${Entry}.ReceiptHandle`]: ReceiptHandle,
    });
    expect(deleted).toContain('<DeleteMessageBatchResultEntry><Id>one</Id></DeleteMessageBatchResultEntry>');
  });

  it('names errors as it always has', async () => {
    expect(await call({ Action: 'GetQueueUrl', QueueName: 'none' })).toContain(
      '<Code>AWS.SimpleQueueService.NonExistentQueue</Code>',
    );
    expect(await call({ Action: 'TagQueue' })).toContain(
      '<Code>AWS.SimpleQueueService.UnsupportedOperation</Code>',
    );
  });

  async function call(form: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ QueueUrl: QueueUrl ?? '', ...form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await signedFetch(`${live.url}/`, { method: 'POST', service: 'sqs', headers, body })).text();
  }
});
