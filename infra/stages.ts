import type { Chosen } from './setting-table.ts';

/** What is one stage's own to choose: the rest says what is deployed, or where. */
export type StageSettings = Partial<Omit<Chosen, 'target' | 'stage' | 'commit' | 'home'>>;

/**
 * The deployments that there are, each with what it has otherwise than the defaults of `setting-table.ts`: the one file to edit. `npm run config`
 * prints all settings with their meaning; `npm run deploy -- -c stage=test` deploys a stage; `-c name=value` wins over this file. The
 * runtime on one machine is no stage: it takes the defaults and its environment.
 */
export const STAGES = {
  /** Resources of `prod` have plain names (`darkroom-work`), those of any other stage hold it (`darkroom-test-work`). */
  prod: {
    // Where alarms go: an e-mail address, which AWS asks to confirm, or the ARN of an SNS topic.
    // alarmTarget: 'operators@example.com',
    // Pages of these origins may send pictures straight to the input bucket.
    // corsOrigins: ['https://pictures.example.com'],
  },
  /** To try a change on: gone without a trace when it is torn down, and cheap to forget. */
  test: {
    removalPolicy: 'destroy',
    logRetentionDays: 7,
    oldVersionDays: 7,
    derivationDays: 7,
    requestsPerSecond: 100,
    requestBurst: 200,
  },
} as const satisfies Readonly<Record<string, StageSettings>>;
