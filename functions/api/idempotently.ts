import { createHash } from 'node:crypto';
import { DarkroomError } from '../../lib/error.ts';
import type { Answer } from '../../lib/http/answer.ts';
import { guardsOf } from '../../lib/http/conditional.ts';
import { HttpError } from '../../lib/http/problem.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Deps } from './deps.ts';

/**
 * Answers a request that carries an `Idempotency-Key` once: the same request under the same key has the same answer for 24 hours, and
 * nothing is done again. A refusal is not kept, since nothing was done. Throws DarkroomError IDEMPOTENCY_KEY_REUSED for another
 * request under the key, CONFLICT with `Retry-After` while the first one is under way.
 */
export async function idempotently(
  { idempotency, now }: Pick<Deps, 'idempotency' | 'now'>,
  request: Request,
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return answer();
  checkHeader(header);
  const key = hashOf(request.caller.name, header);
  const begun = await idempotency.begin(key, fingerprint(request));
  switch (begun.is) {
    case 'answered':
      return { ...begun.answer, headers: { ...begun.answer.headers, 'idempotency-replayed': 'true' } };
    case 'another':
      throw new DarkroomError(
        'IDEMPOTENCY_KEY_REUSED',
        `The Idempotency-Key ${header} was used for another request: take a new one for this`,
      );
    case 'under-way': {
      const seconds = Math.max(1, Math.ceil((begun.untilMs - now()) / 1_000));
      throw new HttpError(
        'CONFLICT',
        `The request with the Idempotency-Key ${header} is still under way: ask again in ${seconds} s at most`,
        { 'retry-after': String(Math.min(seconds, 5)) },
      );
    }
    case 'ours':
      return settle({ idempotency, key, claim: begun.claim }, answer);
  }
}

/** Once it was done the caller learns so, whether or not the answer could be kept: then the key is free again when its lease ends. */
async function settle(
  { idempotency, key, claim }: Pick<Deps, 'idempotency'> & { readonly key: string; readonly claim: string },
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const given = await answer().catch(async (error: unknown) => {
    await idempotency.release(key, claim).catch(() => undefined);
    throw error;
  });
  const { status, headers, body = '' } = given;
  await idempotency.keep(key, claim, { status, headers, body: String(body) }).catch((error: unknown) => {
    console.error(
      JSON.stringify({ level: 'error', message: 'an answer was not kept', error: String(error) }),
    );
  });
  return given;
}

function checkHeader(header: string): void {
  if (/^[\x20-\x7e]{1,255}$/.test(header)) return;
  throw new DarkroomError(
    'BAD_PARAMETER',
    `Idempotency-Key takes 1 to 255 printable ASCII characters, and has ${header.length}`,
  );
}

/** All that makes two requests equal. A form's boundary is made up each time it is sent: it is left out. */
function fingerprint({ method, path, search, headers, body }: Request): string {
  const [type = '', boundary] = (headers['content-type'] ?? '').split(/;\s*boundary="?([^";]*)"?/i);
  const content = boundary ? body.toString('latin1').replaceAll(boundary, '') : body;
  const sha256 = createHash('sha256').update(content).digest('hex');
  return hashOf(method, path, String(search), type, sha256, ...guardsOf(headers));
}

function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
