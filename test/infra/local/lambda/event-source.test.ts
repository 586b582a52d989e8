import { afterEach, describe, expect, test, vi } from 'vitest';
import { QUEUE, type TrialSource, trialSource } from './trial-source.ts';

const open: TrialSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

const feed: typeof trialSource = (handler, spec) => {
  const source = trialSource(handler, spec);
  open.push(source);
  return source;
};

const FAILED_B = { batchItemFailures: [{ itemIdentifier: 'b' }] };

describe('A message', () => {
  test('arrives as Lambda gives it to a function, and is deleted once that succeeded', async () => {
    const { queue, invoke } = feed(async () => undefined);
    queue.send('a');
    await vi.waitFor(() => expect(queue.deleted).toEqual(['a']));
    expect(invoke.mock.calls[0]?.[0]).toEqual({
      Records: [
        {
          messageId: 'a',
          receiptHandle: 'handle a',
          body: 'text',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {
            kind: { dataType: 'String', stringValue: 'upload', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: 'md5',
          eventSource: 'aws:sqs',
          eventSourceARN: QUEUE,
          awsRegion: 'eu-north-1',
        },
      ],
    });
  });

  test('stays when the function fails, and the log says why', async () => {
    const { queue, lines } = feed(async () => {
      throw new Error('no way');
    });
    queue.send('a');
    await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('no way')]));
    expect(queue.deleted).toEqual([]);
  });

  test('that cannot be deleted does not stop the others', async () => {
    const { queue } = feed(async () => undefined, { maxConcurrency: 1 });
    vi.spyOn(queue, 'delete').mockImplementationOnce(() => {
      throw new Error('receipt handle has expired');
    });
    queue.send('a', 'b');
    await vi.waitFor(() => expect(queue.deleted).toEqual(['b']), 3_000);
  });
});

describe('A batch', () => {
  test.each([
    ['only the reported ones stay', FAILED_B, true, ['a', 'c']],
    ['an empty report is a success', { batchItemFailures: [] }, true, ['a', 'b', 'c']],
    ['no report is a success', null, true, ['a', 'b', 'c']],
    ['a report is ignored where none was asked for', FAILED_B, false, ['a', 'b', 'c']],
    ['a report that is none keeps all', 'text', true, []],
  ])('of three: %s', async (_, answer, report, deleted) => {
    const { queue, invoke } = feed(async () => answer, { batchSize: 10, report });
    queue.send('a', 'b', 'c');
    await vi.waitFor(() => expect(invoke).toHaveResolved());
    await vi.waitFor(() => expect(queue.deleted).toEqual(deleted));
  });

  test('runs beside others, but never more than the event source allows', async () => {
    let running = 0;
    let most = 0;
    const { queue } = feed(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running -= 1;
      },
      { maxConcurrency: 3 },
    );
    queue.send(...Array.from({ length: 20 }, (_, i) => String(i)));
    await vi.waitFor(() => expect(queue.deleted).toHaveLength(20));
    expect(most).toBe(3);
  });
});

describe('Closing', () => {
  test('waits for what runs, deletes what succeeded, and receives nothing more', async () => {
    let finish = () => {};
    const { queue, invoke, close } = feed(() => new Promise<void>((resolve) => (finish = resolve)));
    queue.send('a');
    await vi.waitFor(() => expect(invoke).toHaveBeenCalled());
    const closing = close();
    queue.send('b');
    finish();
    await closing;
    expect(queue.deleted).toEqual(['a']);
    expect(invoke).toHaveBeenCalledOnce();
  });

  test('leaves what takes over 5 s to the function and to the queue', async () => {
    const { queue, invoke, close } = feed(() => new Promise(() => {}));
    queue.send('a');
    await vi.waitFor(() => expect(invoke).toHaveBeenCalled());
    vi.useFakeTimers();
    const closing = close();
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    await closing;
    expect(queue.deleted).toEqual([]);
  });
});
