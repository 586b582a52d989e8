import { CLIENT_CASES } from './client-cases.ts';
import { type Outcome, runCases } from './run.ts';
import { withBucket } from './s3/world.ts';
import { S3_CASES } from './s3-cases.ts';
import { withQueue } from './sqs/world.ts';
import { SQS_CASES } from './sqs-cases.ts';
import type { Target } from './target.ts';

export const GROUPS = ['s3', 'sqs', 'clients'] as const;
export type GroupName = (typeof GROUPS)[number];

/** Each group with how many of its cases run at once: those of SQS mostly wait, programs are heavy. */
const RUN: Readonly<Record<GroupName, (target: Target, beginning: string) => Promise<Outcome[]>>> = {
  s3: (target, beginning) =>
    runCases(chosen(S3_CASES, beginning), {
      ...{ implementation: target.implementation, atOnce: 6 },
      around: (run) => withBucket(target, run),
    }),
  sqs: (target, beginning) =>
    runCases(chosen(SQS_CASES, beginning), {
      ...{ implementation: target.implementation, atOnce: 12 },
      around: (run) => withQueue(target, run),
    }),
  clients: (target, beginning) =>
    runCases(chosen(CLIENT_CASES, beginning), {
      ...{ implementation: target.implementation, atOnce: 2 },
      around: (run) => withBucket(target, run),
    }),
};

export function isGroup(name: string): name is GroupName {
  return GROUPS.some((group) => group === name);
}

/** The cases of a group, or those whose ids begin so. */
export function runGroup(name: GroupName, target: Target, beginning = ''): Promise<Outcome[]> {
  return RUN[name](target, beginning);
}

function chosen<C extends { readonly id: string }>(cases: readonly C[], beginning: string): readonly C[] {
  return cases.filter(({ id }) => id.startsWith(beginning));
}
