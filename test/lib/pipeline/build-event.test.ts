import { describe, expect, it } from 'vitest';
import { fold } from '../../../lib/pipeline/build.ts';
import { BuildEvent, toBuildEvent } from '../../../lib/pipeline/build-event.ts';
import type { LogRow, OutputRecord } from '../../../lib/pipeline/log-row.ts';

const place = { build: 'b'.repeat(32), image: 'trip/cat.jpg', attempt: 1, nonce: 'n' };
const version = { bucket: 'in', key: 'trip/cat.jpg', versionId: 'v1' };
const claim = { owner: 'w', leaseUntil: 0 };
const time = (second: number): string => `2026-11-21T08:00:0${second}.000Z`;
const begun: readonly LogRow[] = [
  {
    ...place,
    position: 1,
    status: 'PENDING',
    event: 'uploaded',
    time: time(0),
    subject: { kind: 'upload', version },
  },
  { ...place, position: 2, status: 'STARTED', event: 'claimed', time: time(1), claim },
];
const output = (n: number): OutputRecord => ({
  ...{ name: `o${n}`, key: `derived/trip/cat.jpg/${'ü'.repeat(300)}${n}.jpg`, sha256: 'f'.repeat(64) },
  ...{
    bytes: 1,
    contentType: 'image/jpeg',
    width: 1,
    height: 1,
    recipe: 'negate.jpg',
    pipeline: 'default@1',
  },
});

function eventOf(...rows: readonly LogRow[]) {
  const build = fold([...begun, ...rows]);
  if (build === undefined) throw new Error('no build');
  return toBuildEvent(build, 'test');
}

function finished(outputs: readonly OutputRecord[]): LogRow {
  const facts = { outputs, durationMs: 7, bytesIn: 8, bytesOut: 9 };
  return { ...place, position: 3, status: 'FINISHED', event: 'finished', time: time(2), ...facts };
}

describe('the event of a build', () => {
  it('that finished has its outputs, and an id that tells this end from any other', () => {
    const event = eventOf(finished([output(1)]));
    expect(BuildEvent.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      ...{ version: '1', id: `${place.build}-3`, stage: 'test', status: 'FINISHED', code: null },
      ...{ source: version, outputsLeftOut: 0, durationMs: 7, bytesIn: 8, bytesOut: 9 },
      outputs: [{ sha256: 'f'.repeat(64) }],
      times: { PENDING: time(0), STARTED: time(1), FINISHED: time(2) },
    });
  });

  it('that failed has its code and its reason', () => {
    const failure = { code: 'BROKEN_IMAGE', message: 'cut short', durationMs: 5 } as const;
    const event = eventOf({
      ...place,
      position: 3,
      status: 'FAILED',
      event: 'failed',
      time: time(2),
      ...failure,
    });
    expect(BuildEvent.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      status: 'FAILED',
      code: 'BROKEN_IMAGE',
      message: 'cut short',
      outputs: [],
    });
  });

  it('with more outputs than an entry of the bus can hold says how many it left out', () => {
    const event = eventOf(finished(Array.from({ length: 1_000 }, (_, n) => output(n))));
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(256 * 1_000);
    expect(event.outputs.length).toBeGreaterThan(200);
    expect(event.outputs.length + event.outputsLeftOut).toBe(1_000);
  });

  it('that has not ended is none', () => {
    expect(() => eventOf()).toThrow('is STARTED');
  });
});
