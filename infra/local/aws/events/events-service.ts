import { type Answer, sendAnswer } from '../answer.ts';
import { AwsError } from '../aws-error.ts';
import { sha256 } from '../signature/sigv4.ts';
import { asJsonError, readWhole, type Service, type Visit } from '../visit.ts';
import type { EventLog } from './event-log.ts';
import { eventAsks, type Place, putEvents, readEntries } from './put-events.ts';

/** 256 KB of events, each byte of which may be escaped. */
const MAX_BODY_BYTES = 2 * 2 ** 20;
const JSON_TYPE = 'application/x-amz-json-1.1';

/**
 * EventBridge as far as PutEvents. AWS has no way to read a bus but a rule with a target, so this has one of its own: a signed GET of
 * `/` is answered with all events that are kept, a line of JSON each, the oldest first. That needs no program but curl
 * (`curl --netrc-file .darkroom/netrc --aws-sigv4 aws:amz:us-east-1:events http://127.0.0.1:4566/`), is never behind what was
 * acknowledged, and is no second copy that could differ; the database itself is open to one process only.
 */
export function eventsService(log: EventLog, place: Place): Service {
  return {
    async serve(visit) {
      const body = await readWhole(visit, MAX_BODY_BYTES);
      visit.verify(sha256(body));
      const answer =
        visit.request.method === 'GET'
          ? await read(visit, log, place)
          : await put(visit, log, { body, place });
      await sendAnswer(visit.response, answer, visit.request.method);
    },
    refuse(error) {
      const { code, status, message } = asJsonError(error);
      return {
        status,
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify({ __type: code, message }),
      };
    },
  };
}

/** The permission has the name of no action of AWS, so that nobody has it who may not do all. */
async function read(visit: Visit, log: EventLog, { region, accountId }: Place): Promise<Answer> {
  const resource = `arn:aws:events:${region}:${accountId}:event-bus/*`;
  await visit.admit('ReadEvents', '', [{ action: 'events:ReadEvents', resource }]);
  const body = [...log.all()].map((line) => `${line}\n`).join('');
  return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body };
}

async function put(
  visit: Visit,
  log: EventLog,
  { body, place }: { readonly body: Buffer; readonly place: Place },
): Promise<Answer> {
  const [, operation = ''] = /^AWSEvents\.(\w+)$/.exec(visit.request.headers.get('x-amz-target') ?? '') ?? [];
  if (operation !== 'PutEvents') {
    throw new AwsError(
      'UnknownOperationException',
      400,
      `The operation ${operation} is not there: PutEvents is.`,
    );
  }
  const entries = readEntries(readJson(body));
  await visit.admit(operation, entries[0]?.EventBusName || 'default', eventAsks(entries, place));
  return {
    status: 200,
    headers: { 'content-type': JSON_TYPE },
    body: JSON.stringify(putEvents(entries, log)),
  };
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 400, 'The request is no JSON document.');
  }
}
