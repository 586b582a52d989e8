import type { Answer } from '../answer.ts';
import type { AwsError } from '../aws-error.ts';
import { type AwsRequest, readQuery } from '../request.ts';
import { writeXml, type XmlValue } from '../xml.ts';
import { queryCode, type SqsOutput } from './action.ts';
import { sqsError } from './errors.ts';
import type { Protocol } from './wire.ts';

/**
 * The older protocol, a form in and XML out, which the AWS CLI 2.9 and boto3 1.26 of Debian 12 speak.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export const queryProtocol: Protocol = {
  read(request: AwsRequest, body: string) {
    const form = readQuery(body);
    const { Action, ...fields } = nest([...request.query.entries, ...form.entries]);
    const path = request.path.length > 1 ? { QueueUrl: request.path } : {};
    return { action: String(Action ?? ''), input: { ...path, ...renamed(fields) } };
  },
  answer: (action: string, output: SqsOutput, request: AwsRequest) =>
    xml(200, `${action}Response`, {
      ...(Object.keys(output).length > 0 && { [`${action}Result`]: asXml(action, output) }),
      ResponseMetadata: { RequestId: request.id },
    }),
  refuse: ({ code, status, message }: AwsError, request: AwsRequest) =>
    xml(status, 'ErrorResponse', {
      Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: queryCode(code), Message: message },
      RequestId: request.id,
    }),
};

/** `SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue` has the most. */
const MAX_STEPS = 6;

type Nested = { [name: string]: string | Nested };

/** `Entry.1.Id=a` becomes `{ Entry: { 1: { Id: 'a' } } }`. */
function nest(entries: readonly (readonly [string, string])[]): Nested {
  const root: Nested = Object.create(null);
  for (const [name, value] of entries) {
    const path = name.split('.');
    if (path.length > MAX_STEPS) throw sqsError('InvalidParameterValue', 'A parameter is nested too deep.');
    const last = path.pop() ?? '';
    let at = root;
    for (const step of path) {
      const next = at[step];
      const deeper: Nested = typeof next === 'object' ? next : Object.create(null);
      at[step] = deeper;
      at = deeper;
    }
    at[last] = value;
  }
  return root;
}

/** Names of lists, and of maps, in this protocol, and what they are in JSON. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

const MAPS: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
};

function renamed(fields: Nested): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      const members = Object.values(value);
      const map = MAPS[name];
      if (map !== undefined) return [map, Object.fromEntries(members.map(asEntry))];
      return [LISTS[name] ?? name, members.map((one) => (typeof one === 'string' ? one : renamed(one)))];
    }),
  );
}

function asEntry(member: string | Nested): [string, unknown] {
  return typeof member === 'string' ? [member, undefined] : [String(member.Name), member.Value];
}

const ELEMENTS: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Results: 'ListMessageMoveTasksResultEntry',
  Failed: 'BatchResultErrorEntry',
};

function asXml(action: string, output: object): Record<string, XmlValue> {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]): [string, XmlValue] => {
      if (name === 'Successful') return [`${action}ResultEntry`, list(action, value)];
      if (name === 'Attributes') return ['Attribute', named(value)];
      if (name === 'MessageAttributes') return ['MessageAttribute', named(value)];
      return [ELEMENTS[name] ?? name, Array.isArray(value) ? list(action, value) : value];
    }),
  );
}

function list(action: string, values: readonly (string | object)[]): XmlValue {
  return values.map((value) => (typeof value === 'string' ? value : asXml(action, value)));
}

function named(values: Readonly<Record<string, XmlValue>>): XmlValue {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

function xml(status: number, root: string, content: Record<string, XmlValue>): Answer {
  const body = writeXml(root, content, 'http://queue.amazonaws.com/doc/2012-11-05/');
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
