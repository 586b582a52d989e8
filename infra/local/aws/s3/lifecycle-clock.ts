import type { S3Context } from './call.ts';
import { sweepLifecycle } from './lifecycle.ts';

const HOUR_MS = 3_600_000;

/** Carries out the lifecycle rules now and every hour: S3 does it once a day, which few runs of one machine would see. */
export function startLifecycle(
  s3: S3Context,
  log: (line: Record<string, unknown>) => void,
): { readonly close: () => Promise<void> } {
  const closing = new AbortController();
  let sweep = Promise.resolve();
  const run = (): void => {
    sweep = sweep
      .then(() => sweepLifecycle(s3, closing.signal))
      .catch((error) => log({ level: 'error', part: 'lifecycle', error: String(error) }));
  };
  run();
  const timer = setInterval(run, HOUR_MS).unref();
  return {
    close() {
      closing.abort();
      clearInterval(timer);
      return sweep;
    },
  };
}
