/**
 * The three calls that `aws-lambda-ric` makes of its native add-on (`rapid-client.node`), over HTTP.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { Agent, request } from 'node:http';

const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const token = process.env.DARKROOM_SANDBOX ?? '';
// Whoever holds it may take events, so neither the handler nor what it starts gets to see it.
delete process.env.DARKROOM_SANDBOX;

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let posted = Promise.resolve();

/** Waits for the next event: its text and the `lambda-runtime-*` headers. */
export async function next() {
  await posted;
  const answer = await call('GET', 'next');
  const chunks = await answer.toArray();
  return { bodyJson: Buffer.concat(chunks).toString(), headers: answer.headers };
}

/** Hands over what the handler returned. The add-on blocks meanwhile; here `next` waits for it. */
export function done(requestId, bodyJson) {
  posted = post(`${requestId}/response`, bodyJson);
}

/** Hands over what the handler threw. */
export function error(requestId, bodyJson) {
  posted = post(`${requestId}/error`, bodyJson);
}

async function post(path, body) {
  const answer = await call('POST', path, body);
  await answer.resume().toArray();
}

function call(method, path, body) {
  return new Promise((resolve) => {
    request({
      agent,
      host,
      port,
      method,
      path: `/2018-06-01/runtime/invocation/${path}`,
      headers: { 'darkroom-sandbox': token, ...(body && { 'content-length': Buffer.byteLength(body) }) },
    })
      .on('response', resolve)
      // A sandbox that cannot reach its runtime has nobody left to work for.
      .on('error', () => process.kill(process.pid, 'SIGKILL'))
      .end(body);
  });
}
