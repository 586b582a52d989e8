import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import type { QueueSpec } from '../../../../../infra/local/topology/topology.ts';
import { DEAD, endpointOptions, type LiveEndpoint, liveEndpoint, queueArn, WORK } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

let live: LiveEndpoint;
let QueueUrl: string;
beforeEach(async () => {
  live = await liveEndpoint();
  QueueUrl = `${live.url}/000000000000/work`;
});
afterEach(() => live.end());

describe('what is set of a queue', () => {
  it('holds at once', async () => {
    await set({ VisibilityTimeout: '0', DelaySeconds: '900', MessageRetentionPeriod: '60' });
    expect(await attributes()).toMatchObject({
      ...{ VisibilityTimeout: '0', DelaySeconds: '900', MessageRetentionPeriod: '60' },
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD.arn, maxReceiveCount: 2 }),
    });
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
    expect(live.queues.depth(WORK.arn)).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  });

  it('says how long a receive waits, and where dead letters go', async () => {
    await set({ ReceiveMessageWaitTimeSeconds: '1', RedrivePolicy: '' });
    expect((await attributes()).RedrivePolicy).toBeUndefined();
    const before = performance.now();
    expect((await live.sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  it('outlives a restart, until the template says something else of the queue', async () => {
    await set({ VisibilityTimeout: '7' });
    await live.close();
    expect(await visibilityAfterRestart([WORK, DEAD])).toBe('7');
    expect(await visibilityAfterRestart([{ ...WORK, visibilityTimeoutSeconds: 31 }, DEAD])).toBe('31');
    expect(await visibilityAfterRestart([WORK, DEAD])).toBe('30');
  });

  it('can be set in the older protocol', async () => {
    const form = {
      Action: 'SetQueueAttributes',
      'Attribute.1.Name': 'DelaySeconds',
      'Attribute.1.Value': '3',
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ QueueUrl, ...form }).toString();
    await signedFetch(`${live.url}/`, { method: 'POST', service: 'sqs', headers, body });
    expect(await attributes()).toMatchObject({ DelaySeconds: '3' });
  });

  it.each([
    [{ VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    [{ MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
    [{ DelaySeconds: '1e1' }, 'InvalidAttributeValue'],
    [{ RedrivePolicy: '{"maxReceiveCount":0}' }, 'InvalidAttributeValue'],
    [{ RedrivePolicy: '[' }, 'InvalidAttributeValue'],
    [
      { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('none'), maxReceiveCount: '3' }) },
      'InvalidParameterValue',
    ],
    [{ KmsMasterKeyId: 'alias/key' }, 'InvalidAttributeName'],
    [{ constructor: 'x' }, 'InvalidAttributeName'],
  ])('is refused when it is %j', async (Attributes, name) => {
    await expect(set(Attributes)).rejects.toMatchObject({ name });
  });
});

describe("a queue of one's own", () => {
  it('is there until it is deleted, restart or not', async () => {
    const QueueName = 'mine';
    const Attributes = { VisibilityTimeout: '5' };
    const made = await live.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    expect(made.QueueUrl).toBe(`${live.url}/000000000000/mine`);
    const again = await live.sqs.send(new CreateQueueCommand({ QueueName }));
    expect(again.QueueUrl).toBe(made.QueueUrl);
    const other = live.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '6' } }),
    );
    await expect(other).rejects.toMatchObject({ name: 'QueueNameExists' });
    await live.sqs.send(new SendMessageCommand({ QueueUrl: made.QueueUrl, MessageBody: 'kept' }));
    await live.close();
    const next = await startEndpoint(endpointOptions(live.home));
    expect(await next.queues.receive(queueArn('mine'), { max: 1, waitMs: 0 })).toMatchObject([
      { body: 'kept' },
    ]);
    await next.close();
  });

  it('goes with its messages, but not from under a queue that gives up to it, and none of the template goes', async () => {
    const { QueueUrl: mine } = await live.sqs.send(new CreateQueueCommand({ QueueName: 'mine' }));
    await set({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('mine'), maxReceiveCount: 3 }),
    });
    const remove = () => live.sqs.send(new DeleteQueueCommand({ QueueUrl: mine }));
    await expect(remove()).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    await set({ RedrivePolicy: '' });
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const templates = live.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(templates).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });

  it('tells what it is asked for, and refuses what no queue has', async () => {
    const ask = (...names: string[]) =>
      live.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names as QueueAttributeName[] }),
      );
    expect((await ask('DelaySeconds', 'Policy')).Attributes).toEqual({ DelaySeconds: expect.any(String) });
    await expect(ask('Colour')).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it.each(['', 'a.b', 'queue.fifo', '../up', 'x'.repeat(81)])('is not called %j', async (QueueName) => {
    const made = live.sqs.send(new CreateQueueCommand({ QueueName }));
    await expect(made).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

function set(Attributes: Partial<Record<string, string>>) {
  return live.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
}

async function attributes(): Promise<Partial<Record<QueueAttributeName, string>>> {
  const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await live.sqs.send(all)).Attributes ?? {};
}

async function visibilityAfterRestart(queues: readonly QueueSpec[]): Promise<string | undefined> {
  const again = await startEndpoint({ ...endpointOptions(live.home), queues });
  const body = JSON.stringify({ QueueUrl: 'work', AttributeNames: ['VisibilityTimeout'] });
  const headers = {
    'x-amz-target': 'AmazonSQS.GetQueueAttributes',
    'content-type': 'application/x-amz-json-1.0',
  };
  const answer = await signedFetch(`${again.url}/`, { method: 'POST', service: 'sqs', headers, body });
  const { Attributes } = Object(await answer.json());
  await again.close();
  return Attributes.VisibilityTimeout;
}
