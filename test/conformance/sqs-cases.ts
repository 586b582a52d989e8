import type { Case } from './case.ts';
import { QUEUES } from './sqs/queues.ts';
import { RECEIVING } from './sqs/receiving.ts';
import { REDRIVE } from './sqs/redrive.ts';
import { SENDING } from './sqs/sending.ts';
import { VISIBILITY } from './sqs/visibility.ts';
import type { SqsWorld } from './sqs/world.ts';

export const SQS_CASES: readonly Case<SqsWorld>[] = [
  ...SENDING,
  ...RECEIVING,
  ...VISIBILITY,
  ...QUEUES,
  ...REDRIVE,
];
