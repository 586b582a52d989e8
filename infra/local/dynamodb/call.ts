import { request } from 'node:http';

export interface DynamoAnswer {
  readonly status: number;
  readonly body: string;
}

/** dynalite wants the form of a signature and does not check it; the door in front of it does. */
const FORM_OF_A_SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none';

/** One call of the runtime's own, past the door. Rejects when nobody listens on the socket. */
export function callDynamo(socketPath: string, operation: string, input: unknown): Promise<DynamoAnswer> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: FORM_OF_A_SIGNATURE,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path: '/', headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
      answer.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(input));
  });
}
