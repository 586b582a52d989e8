/**
 * The three calls that `aws-lambda-ric` makes of its native add-on (`rapid-client.node`), as messages to the runtime that started this
 * process: a request over HTTP for each event and each answer costs more than many an answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const { channel } = process;
const send = process.send.bind(process);
// Whoever has it may take events and answer them, so the handler does not get to see it.
delete process.send;

let take = () => {};
process.on('message', ({ payload, headers }) => {
  // A handler that waits for nothing ends the process, as it does where the channel is a socket that idles.
  channel.unref();
  take({ bodyJson: payload, headers });
});

/** Waits for the next event: its text and the `lambda-runtime-*` headers. */
export function next() {
  channel.ref();
  send({ kind: 'next' });
  return new Promise((resolve) => {
    take = resolve;
  });
}

/** Hands over what the handler returned. */
export function done(requestId, bodyJson) {
  send({ kind: 'response', requestId, body: bodyJson });
}

/** Hands over what the handler threw. */
export function error(requestId, bodyJson) {
  send({ kind: 'error', requestId, body: bodyJson });
}
