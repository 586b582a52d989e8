import * as z from 'zod/mini';
import { action, type SqsContext, type SqsOutput } from './action.ts';
import { sqsError } from './errors.ts';
import type { MoveTaskRow } from './move-some.ts';
import { within } from './within.ts';

/** Quotas: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const MAX_PER_SECOND = 500;
const MAX_RESULTS = 10;

/** Redrive: what failed goes back to work once its cause is mended. */
export const MOVE_ACTIONS = {
  StartMessageMoveTask: action(
    {
      SourceArn: z.string(),
      DestinationArn: z.optional(z.string()),
      MaxNumberOfMessagesPerSecond: z.optional(within('MaxNumberOfMessagesPerSecond', [1, MAX_PER_SECOND])),
    },
    (
      { SourceArn: source, DestinationArn: destination, MaxNumberOfMessagesPerSecond: perSecond },
      context,
    ) => {
      checkQueue('SourceArn', source, context);
      if (destination !== undefined) checkQueue('DestinationArn', destination, context);
      const { registry, moves } = context.queues;
      if (!registry.all().some(({ redrive }) => redrive?.deadLetterArn === source)) {
        throw sqsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (destination === source) {
        throw sqsError(
          'InvalidParameterValue',
          'Source queue arn and destination queue arn cannot be the same.',
        );
      }
      return { TaskHandle: moves.start({ source, destination, perSecond }) };
    },
  ),
  ListMessageMoveTasks: action(
    { SourceArn: z.string(), MaxResults: z.optional(within('MaxResults', [1, MAX_RESULTS])) },
    ({ SourceArn, MaxResults = 1 }, context) => {
      checkQueue('SourceArn', SourceArn, context);
      return { Results: context.queues.moves.list(SourceArn, MaxResults).map(asResult) };
    },
  ),
  CancelMessageMoveTask: action({ TaskHandle: z.string() }, ({ TaskHandle }, context) => ({
    ApproximateNumberOfMessagesMoved: context.queues.moves.cancel(TaskHandle),
  })),
} as const;

function checkQueue(parameter: string, arn: string, { queues }: SqsContext): void {
  if (queues.registry.has(arn)) return;
  const what = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  throw sqsError('ResourceNotFoundException', what);
}

/** Only a task that runs has a handle: it is for cancelling. */
function asResult(task: MoveTaskRow): SqsOutput {
  return {
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.source,
    ...(task.destination !== null && { DestinationArn: task.destination }),
    ...(task.per_second !== null && { MaxNumberOfMessagesPerSecond: task.per_second }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    ...(task.reason !== null && { FailureReason: task.reason }),
    StartedTimestamp: task.started_ms,
  };
}
