import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import { DEAD, endpointOptions, type LiveEndpoint, liveEndpoint, queueArn, WORK } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const SourceArn = DEAD.arn;
let live: LiveEndpoint;
beforeEach(async () => {
  live = await liveEndpoint();
});
afterEach(() => live.end());

describe('a move task', () => {
  it('gives dead letters back to the queue that gave them up, as new messages with the old body', async () => {
    const [before] = await die(1);
    await live.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await vi.waitFor(async () => expect(await newest()).toMatchObject({ Status: 'COMPLETED' }));
    const [after] = await live.queues.receive(WORK.arn, { max: 10, waitMs: 0 });
    expect(after).toMatchObject({ body: 'poison 0', attributes: { ApproximateReceiveCount: '1' } });
    expect(after?.messageId).not.toBe(before?.messageId);
    expect(after?.attributes.DeadLetterQueueSourceArn).toBeUndefined();
    expect(await newest()).toEqual({
      ...{ SourceArn, Status: 'COMPLETED', StartedTimestamp: expect.any(Number) },
      ...{ ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 },
    });
  });

  it('moves to another queue when told to, each message once, even across a restart in the middle', async () => {
    await live.sqs.send(new CreateQueueCommand({ QueueName: 'other' }));
    await die(30);
    const DestinationArn = queueArn('other');
    await live.sqs.send(
      new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: 40 }),
    );
    await vi.waitFor(() => expect(live.queues.depth(DestinationArn).visible).toBeGreaterThan(3));
    await live.close();
    const again = await startEndpoint(endpointOptions(live.home));
    expect(again.queues.depth(SourceArn).visible).toBeGreaterThan(0);
    await vi.waitFor(() => expect(again.queues.depth(SourceArn).visible).toBe(0), 3000);
    const bodies: string[] = [];
    for (let left = 30; left > 0; left -= 10) {
      const got = await again.queues.receive(DestinationArn, { max: 10, waitMs: 0 });
      bodies.push(...got.map(({ body }) => body));
    }
    await again.close();
    expect(new Set(bodies).size).toBe(30);
  });

  it('can be cancelled, and the rest stays where it lies', async () => {
    await die(5);
    const slow = { SourceArn, MaxNumberOfMessagesPerSecond: 1 };
    const { TaskHandle } = await live.sqs.send(new StartMessageMoveTaskCommand(slow));
    const twice = live.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await expect(twice).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    expect(await newest()).toMatchObject({ TaskHandle, Status: 'RUNNING', MaxNumberOfMessagesPerSecond: 1 });
    const cancelled = await live.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const moved = cancelled.ApproximateNumberOfMessagesMoved ?? 0;
    expect(moved).toBeLessThan(5);
    expect(live.queues.depth(SourceArn).visible).toBe(5 - moved);
    expect(await newest()).toMatchObject({ Status: 'CANCELLED' });
    const late = live.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(late).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });

  it('fails, and says why, on a message that came from nowhere', async () => {
    const QueueUrl = `${live.url}/000000000000/dead`;
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'sent here' }));
    await live.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    await vi.waitFor(async () =>
      expect(await newest()).toMatchObject({
        Status: 'FAILED',
        FailureReason: 'CouldNotDetermineMessageSource',
      }),
    );
    expect(live.queues.depth(SourceArn).visible).toBe(1);
  });

  it.each([
    ['a queue that takes no dead letters', { SourceArn: WORK.arn }, 'InvalidParameterValue'],
    ['a queue that is not there', { SourceArn: queueArn('none') }, 'ResourceNotFoundException'],
    [
      'a destination that is not there',
      { SourceArn, DestinationArn: queueArn('none') },
      'ResourceNotFoundException',
    ],
    ['itself', { SourceArn, DestinationArn: SourceArn }, 'InvalidParameterValue'],
    ['more than 500 a second', { SourceArn, MaxNumberOfMessagesPerSecond: 501 }, 'InvalidParameterValue'],
  ])('is refused for %s', async (_, input, name) => {
    const refused = live.sqs.send(new StartMessageMoveTaskCommand(input));
    await expect(refused).rejects.toMatchObject({ name });
  });

  it('is told in the older protocol as well', async () => {
    await die(1);
    expect(await call({ Action: 'StartMessageMoveTask', SourceArn })).toMatch(
      /<StartMessageMoveTaskResult><TaskHandle>\S+<\/TaskHandle>/,
    );
    await vi.waitFor(async () => expect(await newest()).toMatchObject({ Status: 'COMPLETED' }));
    expect(await call({ Action: 'ListMessageMoveTasks', SourceArn })).toContain(
      '<ListMessageMoveTasksResult><ListMessageMoveTasksResultEntry><Status>COMPLETED</Status>',
    );
    expect(await call({ Action: 'CancelMessageMoveTask', TaskHandle: 'none' })).toContain(
      '<Code>ResourceNotFoundException</Code>',
    );
  });
});

describe('a dead letter', () => {
  it('says which queue gave it up, and its queue says whose it takes', async () => {
    await die(1);
    const QueueUrl = `${live.url}/000000000000/dead`;
    const { Messages } = await live.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['DeadLetterQueueSourceArn'] }),
    );
    expect(Messages).toMatchObject([{ Attributes: { DeadLetterQueueSourceArn: WORK.arn } }]);
    const sources = await live.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
    expect(sources.queueUrls).toEqual([`${live.url}/000000000000/work`]);
    const { status, text } = await post({ Action: 'ListDeadLetterSourceQueues', QueueUrl });
    expect([status, text]).toEqual([200, expect.stringContaining('/work</QueueUrl></ListDead')]);
  });
});

/** Sends messages and receives each too often. Returns the last receives. */
async function die(count: number) {
  const QueueUrl = `${live.url}/000000000000/work`;
  for (let i = 0; i < count; i++) {
    await live.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `poison ${i}` }));
  }
  const receives = [];
  for (let i = 0; i < 2 * count; ) {
    const got = await live.queues.receive(WORK.arn, { max: 10, waitMs: 0, visibilitySeconds: 0 });
    receives.push(...got);
    i += got.length;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(await live.queues.receive(WORK.arn, { max: 10, waitMs: 0 })).toEqual([]);
  return receives;
}

async function newest() {
  return (await live.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results?.[0];
}

async function call(form: Record<string, string>): Promise<string> {
  return (await post(form)).text;
}

async function post(form: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(form).toString();
  const response = await signedFetch(`${live.url}/`, { method: 'POST', service: 'sqs', headers, body });
  return { status: response.status, text: await response.text() };
}
