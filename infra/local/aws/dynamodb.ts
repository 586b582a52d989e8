import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AwsError } from './aws-error.ts';
import { dynamoAsks } from './dynamodb-permissions.ts';
import { isDeeper } from './nesting.ts';
import type { AwsRequest } from './request.ts';
import { sha256 } from './signature/sigv4.ts';
import { asJsonError, readWhole, type Service } from './visit.ts';

/** A BatchWriteItem. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_BODY_BYTES = 16 * 2 ** 20;

/**
 * Checks signatures and permissions, which the server behind does not, and passes calls on.
 * @param tableBase a table's ARN without its name
 */
export function dynamoService(socketPath: string | undefined, tableBase: string): Service {
  return {
    async serve(visit) {
      const { request, response } = visit;
      const body = await readWhole(visit, MAX_BODY_BYTES);
      visit.verify(sha256(body));
      const operation = /^DynamoDB_\d+\.(\w+)$/.exec(request.headers.get('x-amz-target') ?? '')?.[1] ?? '';
      const input = readInput(body);
      await visit.admit(operation, tableName(input), dynamoAsks(operation, input, tableBase));
      if (socketPath === undefined) throw new AwsError('NotImplemented', 501, 'There is no DynamoDB here.');
      await proxyDynamo(socketPath, request, { body, response }).catch(() => {
        throw new AwsError('InternalServerError', 500, 'The request processing has failed: try it again.');
      });
    },
    refuse(error) {
      const { code, status, message } = asJsonError(error);
      const body = JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message });
      return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
    },
  };
}

/**
 * Passes a call on to the DynamoDB server behind a Unix socket, as it came. Each on a connection of its own: a kept one that has just
 * been closed would lose a write that cannot be sent twice. Rejects when the server is not there.
 */
async function proxyDynamo(
  socketPath: string,
  request: AwsRequest,
  { body, response }: { readonly body: Buffer; readonly response: ServerResponse },
): Promise<void> {
  const { rawHeaders, url } = request.message;
  const upstream = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = [...withoutFraming(rawHeaders), 'content-length', String(body.length)];
    httpRequest({ socketPath, method: request.method, path: url, headers, agent: false }, resolve)
      .once('error', reject)
      .end(body);
  });
  response.writeHead(upstream.statusCode ?? 502, withoutFraming(upstream.rawHeaders, ['content-length']));
  await pipeline(upstream, response).catch(() => response.destroy());
}

const FRAMING = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'date'];

/** What belongs to one connection and not to the message. */
function withoutFraming(raw: readonly string[], keep: readonly string[] = []): string[] {
  return raw.filter((_, i) => {
    const name = (raw[i - (i % 2)] ?? '').toLowerCase();
    return !FRAMING.includes(name) || keep.includes(name);
  });
}

/** 32 levels of a value, as `{"M":{"name":…}}` two of JSON each, and what stands around them. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_DEPTH = 80;

/** What is no document names no table: the server behind says what is wrong with it. */
function readInput(body: Buffer): unknown {
  const input = parse(body.toString('utf8'));
  if (isDeeper(input, MAX_DEPTH)) {
    throw new AwsError('SerializationException', 400, 'The request is nested too deep.');
  }
  return input;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** For those who watch. */
function tableName(input: unknown): string {
  const { TableName } = Object(input);
  return typeof TableName === 'string' ? TableName : '';
}
