import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../../../lib/metrics/metrics.ts';

afterEach(() => vi.restoreAllMocks());

/** The lines that are written meanwhile, as CloudWatch reads them. */
async function written(work: () => Promise<void>): Promise<readonly Record<string, unknown>[]> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  await work();
  vi.restoreAllMocks();
  return lines.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
}

it('values of one moment are one line, with the stage for its only dimension', async () => {
  const metrics = createMetrics({ stage: 'test' });
  const [line, ...more] = await written(async () => {
    metrics.add('BuildsFinished', 1);
    metrics.add('BuildsFinished', 1);
    metrics.add('BytesIn', 1_000);
    await metrics.flush();
  });
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    ...{ stage: 'test', BuildsFinished: [1, 1], BytesIn: 1_000 },
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Darkroom',
          Dimensions: [['stage']],
          Metrics: [
            { Name: 'BuildsFinished', Unit: 'Count' },
            { Name: 'BytesIn', Unit: 'Bytes' },
          ],
        },
      ],
    },
  });
});

it('a code is a dimension besides, and does not stay for the values after it', async () => {
  const metrics = createMetrics({ stage: 'test' });
  const lines = await written(async () => {
    metrics.add('BuildsFailed', 1, 'BROKEN_IMAGE');
    await metrics.flush();
    metrics.add('BuildsFailed', 1);
    await metrics.flush();
  });
  const dimensionsOf = (line: object): unknown =>
    Object(line)._aws.CloudWatchMetrics.map(({ Dimensions }: { Dimensions: unknown }) => Dimensions);
  expect(lines.map(dimensionsOf)).toEqual([[[['stage', 'code']]], [[['stage']]]]);
});

it('nothing noted is nothing written', async () => {
  expect(await written(() => createMetrics({ stage: 'test' }).flush())).toEqual([]);
});
