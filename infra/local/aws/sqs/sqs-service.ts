import { sendAnswer } from '../answer.ts';
import { sha256 } from '../signature/sigv4.ts';
import { asJsonError, readWhole, type Service } from '../visit.ts';
import type { SqsContext } from './action.ts';
import { sqsAsks } from './permissions.ts';
import { runSqs, sqsProtocol, sqsResource } from './wire.ts';

/** 1 MiB of messages, each byte of which may be escaped. */
const MAX_BODY_BYTES = 6 * 2 ** 20;

export function sqsService(context: Omit<SqsContext, 'caller' | 'signal'>, closing: AbortSignal): Service {
  return {
    async serve(visit) {
      const { request, response, claim } = visit;
      const body = await readWhole(visit, MAX_BODY_BYTES);
      visit.verify(sha256(body));
      const protocol = sqsProtocol(request);
      const call = protocol.read(request, body.toString('utf8'));
      await visit.admit(call.action, sqsResource(call), sqsAsks(call, context));
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const signal = AbortSignal.any([closing, gone.signal]);
      const output = await runSqs(call, { ...context, caller: claim.accessKeyId, signal });
      await sendAnswer(response, protocol.answer(call.action, output, request), request.method);
    },
    refuse: (error, request) => sqsProtocol(request).refuse(asJsonError(error), request),
  };
}
