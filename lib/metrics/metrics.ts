import type { Metrics as Powertools } from '@aws-lambda-powertools/metrics';

/** What is measured, and in what unit. */
const UNITS = {
  BuildsFinished: 'Count',
  BuildsFailed: 'Count',
  BuildDuration: 'Milliseconds',
  BytesIn: 'Bytes',
  BytesOut: 'Bytes',
  /** From the moment that the bucket told of an upload to the end of its build. */
  UploadToReady: 'Milliseconds',
  RenderHits: 'Count',
  RenderMisses: 'Count',
  LostFound: 'Count',
  BuildsAskedAgain: 'Count',
  DeadLettersTold: 'Count',
  OldestPendingSeconds: 'Seconds',
} as const;

export type MetricName = keyof typeof UNITS;

export interface Metrics {
  /** Notes a value; `code` gives it a dimension besides `stage`. */
  add(name: MetricName, value: number, code?: string): void;
  /** Writes out what was noted, in CloudWatch's embedded metric format. */
  flush(): Promise<void>;
}

const NAMESPACE = 'Darkroom';

/**
 * The one dimension is the stage: the names tell the functions apart, and each further dimension would be paid for. Powertools is loaded
 * when there is something to write, so that no start waits for it.
 */
export function createMetrics({ stage }: { readonly stage: string }): Metrics {
  let noted: { readonly name: MetricName; readonly value: number; readonly code: string | undefined }[] = [];
  let powertools: Powertools | undefined;
  return {
    add(name, value, code) {
      noted.push({ name, value, code });
    },
    async flush() {
      const all = noted;
      noted = [];
      if (all.length === 0) return;
      powertools ??= await load(stage);
      for (const [code, values] of Map.groupBy(all, (it) => it.code)) {
        if (code !== undefined) powertools.addDimension('code', code);
        for (const { name, value } of values) powertools.addMetric(name, UNITS[name], value);
        powertools.publishStoredMetrics();
      }
    },
  };
}

async function load(stage: string): Promise<Powertools> {
  const { Metrics } = await import('@aws-lambda-powertools/metrics');
  const powertools = new Metrics({ namespace: NAMESPACE });
  powertools.clearDefaultDimensions();
  powertools.setDefaultDimensions({ stage });
  return powertools;
}
