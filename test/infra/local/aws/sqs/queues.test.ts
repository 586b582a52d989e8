import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../../../../../infra/local/aws/endpoint.ts';
import { DEAD, type LiveEndpoint, liveEndpoint, queueSpec, WORK } from '../live-endpoint.ts';

const SHORT = queueSpec('short', { retentionSeconds: 60, delaySeconds: 5 });
let live: LiveEndpoint;
let time: number;

beforeEach(async () => {
  time = Date.now();
  live = await liveEndpoint({ queues: [WORK, DEAD, SHORT], now: () => time });
});
afterEach(() => live.end());

describe('a message', () => {
  it('is received by one, again once its visibility is over, and never once it is deleted', async () => {
    await send('work', 'hello');
    const [first] = await receive();
    expect(first).toMatchObject({
      body: 'hello',
      attributes: { ApproximateReceiveCount: '1', SenderId: 'darkroom' },
    });
    expect(first?.messageId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await receive()).toEqual([]);
    pass(30);
    const [second] = await receive();
    expect(second).toMatchObject({
      messageId: first?.messageId,
      attributes: { ApproximateReceiveCount: '2' },
    });
    expect(second?.attributes.ApproximateFirstReceiveTimestamp).toBe(
      first?.attributes.ApproximateFirstReceiveTimestamp,
    );
    live.queues.delete(WORK.arn, handle(second));
    pass(30);
    expect(await receive()).toEqual([]);
  });

  it('is not deleted nor held by the handle of an earlier receive', async () => {
    await send('work', 'hello');
    const [zombie] = await receive();
    pass(30);
    const [second] = await receive();
    live.queues.delete(WORK.arn, handle(zombie));
    expect(() => live.queues.changeVisibility(WORK.arn, handle(zombie), 1000)).toThrow('not available');
    expect(live.queues.depth(WORK.arn)).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    live.queues.delete(WORK.arn, handle(second));
    expect(live.queues.depth(WORK.arn)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('stays away for longer, or comes back at once, as its visibility is changed', async () => {
    await send('work', 'hello');
    const [first] = await receive();
    live.queues.changeVisibility(WORK.arn, handle(first), 100);
    pass(60);
    expect(await receive()).toEqual([]);
    live.queues.changeVisibility(WORK.arn, handle(first), 0);
    expect(await receive()).toHaveLength(1);
  });

  it('goes to the dead-letter queue instead of a receive too many, with counts anew', async () => {
    await send('work', 'poison');
    const [first] = await receive();
    pass(30);
    await receive();
    pass(30);
    expect(await receive()).toEqual([]);
    const [dead] = await live.queues.receive(DEAD.arn, { max: 1, waitMs: 0 });
    expect(dead).toMatchObject({ messageId: first?.messageId, body: 'poison' });
    expect(dead?.attributes.ApproximateReceiveCount).toBe('1');
    expect(dead?.attributes.ApproximateFirstReceiveTimestamp).toBe(String(time));
  });

  it('comes after its delay and goes after its retention', async () => {
    await send('short', 'hello');
    expect(live.queues.depth(SHORT.arn)).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    pass(5);
    expect(live.queues.depth(SHORT.arn)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    pass(55);
    expect(live.queues.depth(SHORT.arn)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});

describe('a restart of the runtime', () => {
  it('gives messages in flight back uncounted, but not those that their consumer gave back', async () => {
    await send('work', 'under way');
    await send('work', 'given back');
    const [, second] = await live.queues.receive(WORK.arn, { max: 2, waitMs: 0 });
    live.queues.changeVisibility(WORK.arn, handle(second), 0);
    live.queues.releaseAll();
    const again = await live.queues.receive(WORK.arn, { max: 2, waitMs: 0 });
    const counts = again.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]);
    expect(Object.fromEntries(counts)).toEqual({ 'under way': '1', 'given back': '2' });
  });

  it('counts a receive whose visibility had ended before', async () => {
    await send('work', 'nobody answered');
    await receive();
    pass(30);
    await sleep(1_100);
    live.queues.releaseAll();
    const [again] = await receive();
    expect(again?.attributes.ApproximateReceiveCount).toBe('2');
  });
});

describe('who waits for a message', () => {
  it('gets it as soon as it is sent', async () => {
    const waiting = live.queues.receive(WORK.arn, { max: 10, waitMs: 20_000 });
    await send('work', 'hello');
    expect(await waiting).toHaveLength(1);
  });

  it('takes nothing once it has gone away', async () => {
    const gone = new AbortController();
    const waiting = live.queues.receive(WORK.arn, { max: 10, waitMs: 20_000, signal: gone.signal });
    gone.abort();
    await send('work', 'hello');
    expect(await waiting).toEqual([]);
    expect(live.queues.depth(WORK.arn).visible).toBe(1);
  });

  it('on a queue that is not there is told so', async () => {
    await expect(live.queues.receive('arn:none', { max: 1, waitMs: 0 })).rejects.toMatchObject({
      code: 'QueueDoesNotExist',
    });
  });
});

function receive(): Promise<readonly ReceivedMessage[]> {
  return live.queues.receive(WORK.arn, { max: 10, waitMs: 0 });
}

function handle(message: ReceivedMessage | undefined): string {
  return message?.receiptHandle ?? '';
}

async function send(queue: string, MessageBody: string): Promise<void> {
  await live.sqs.send(new SendMessageCommand({ QueueUrl: `${live.url}/000000000000/${queue}`, MessageBody }));
}

function pass(seconds: number): void {
  time += seconds * 1000;
}
