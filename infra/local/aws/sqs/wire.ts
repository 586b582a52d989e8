import type { Answer } from '../answer.ts';
import type { AwsError } from '../aws-error.ts';
import type { AwsRequest } from '../request.ts';
import type { SqsContext, SqsOutput } from './action.ts';
import { findAction } from './actions.ts';
import { sqsError } from './errors.ts';
import { sourceOf } from './identifiers.ts';
import { jsonProtocol } from './json-protocol.ts';
import { queryProtocol } from './query-protocol.ts';

export interface SqsCall {
  readonly action: string;
  readonly input: unknown;
}

/** One of the two ways to put a call and its answer on the wire. */
export interface Protocol {
  read(request: AwsRequest, body: string): SqsCall;
  answer(action: string, output: SqsOutput, request: AwsRequest): Answer;
  refuse(error: AwsError, request: AwsRequest): Answer;
}

/** The AWS JSON protocol names its action in a header. */
export function sqsProtocol(request: AwsRequest): Protocol {
  return request.headers.has('x-amz-target') ? jsonProtocol : queryProtocol;
}

export function runSqs({ action, input }: SqsCall, context: SqsContext): Promise<SqsOutput> | SqsOutput {
  const run = findAction(action);
  if (run === undefined)
    throw sqsError('UnsupportedOperation', `The operation ${action} is not supported here.`);
  return run(input, context);
}

/** The queue that a call names, for those who watch. */
export function sqsResource({ input }: SqsCall): string {
  const { QueueUrl, QueueName, SourceArn, TaskHandle } = Object(input);
  const names = [QueueUrl, QueueName, SourceArn, typeof TaskHandle === 'string' && sourceOf(TaskHandle)];
  const name = names.find((one) => typeof one === 'string') ?? '';
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
}
