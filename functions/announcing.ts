import type { Announcement } from '../lib/build/deps.ts';
import type { Metrics } from '../lib/metrics/metrics.ts';
import type { EventsOut } from '../lib/queue/events-out.ts';

/** Counts the end of a build once, and tells the event bus of it each time that it is announced. */
export function announcing({
  events,
  metrics,
}: {
  readonly events: EventsOut;
  readonly metrics: Pick<Metrics, 'add'>;
}): (announcement: Announcement) => Promise<void> {
  return async (announcement) => {
    if (announcement.isNew) measure(metrics, announcement);
    await events.publish(announcement.build);
  };
}

function measure(metrics: Pick<Metrics, 'add'>, { build, askedMs }: Announcement): void {
  const { status, code = '', end, subject, times } = build;
  if (status === 'FAILED') {
    metrics.add('BuildsFailed', 1);
    metrics.add('BuildsFailed', 1, code);
    return;
  }
  metrics.add('BuildsFinished', 1);
  // One that had nothing to make would make the others look quick.
  if (end === undefined || end.outputs.length === 0) return;
  metrics.add('BuildDuration', end.durationMs);
  metrics.add('BytesIn', end.bytesIn);
  metrics.add('BytesOut', end.bytesOut);
  if (subject.kind === 'upload' && askedMs !== undefined)
    metrics.add('UploadToReady', Math.max(0, Date.parse(times.FINISHED ?? '') - askedMs));
}
