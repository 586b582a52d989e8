import type { Answer } from '../answer.ts';
import type { AwsError } from '../aws-error.ts';
import { isDeeper } from '../nesting.ts';
import type { AwsRequest } from '../request.ts';
import { queryCode, type SqsOutput } from './action.ts';
import { sqsError } from './errors.ts';
import type { Protocol } from './wire.ts';

/** AWS JSON 1.0: what the SDKs speak since 2023. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const jsonProtocol: Protocol = {
  read(request: AwsRequest, body: string) {
    const [, name = ''] = /^AmazonSQS\.(\w+)$/.exec(request.headers.get('x-amz-target') ?? '') ?? [];
    return { action: name, input: body === '' ? {} : readJson(body) };
  },
  answer: (_action: string, output: SqsOutput) => json(200, output),
  refuse({ code, status, message }: AwsError): Answer {
    const fault = status < 500 ? 'Sender' : 'Receiver';
    return json(
      status,
      { __type: `com.amazonaws.sqs#${code}`, message },
      { 'x-amzn-query-error': `${queryCode(code)};${fault}` },
    );
  },
};

/** A message attribute of a batch's entry is the deepest that any action takes: 5. */
const MAX_DEPTH = 8;

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (!isDeeper(value, MAX_DEPTH)) return value;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw sqsError('InvalidParameterValue', 'The request is no JSON document.');
  }
  throw sqsError('InvalidParameterValue', 'The request is nested too deep.');
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const content = { 'content-type': 'application/x-amz-json-1.0', ...headers };
  return { status, headers: content, body: JSON.stringify(body) };
}
