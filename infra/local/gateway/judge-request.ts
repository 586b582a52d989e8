import type { IncomingMessage } from 'node:http';
import type { Refusal } from './problem.ts';

type Head = Pick<IncomingMessage, 'url' | 'headers' | 'httpVersion'>;

/** What is wrong with a request whoever it is for; undefined for one that may be looked at. */
export function judgeRequest(request: Head): Refusal | undefined {
  return FAULTS.find(({ when }) => when(request))?.refusal(request);
}

/** Once its target is found to be none. */
export function badTarget({ url = '' }: Head): Refusal {
  const target = url.length > 80 ? `${url.slice(0, 80)}…` : url;
  return {
    ...BAD,
    detail: `${target} is no path in percent-encoded UTF-8: it begins with /, % is written %25, and ü is %C3%BC`,
  };
}

const BAD = { status: 400, code: 'BAD_REQUEST' } as const;

const FAULTS: readonly {
  readonly when: (request: Head) => boolean;
  readonly refusal: (request: Head) => Refusal;
}[] = [
  {
    when: ({ httpVersion, headers }) => httpVersion === '1.1' && headers.host === undefined,
    refusal: () => ({
      ...BAD,
      detail: 'A request of HTTP/1.1 says which host it is for: send a Host header',
      headers: { connection: 'close' },
    }),
  },
  {
    when: ({ headers: { expect } }) => expect !== undefined && !/^\s*100-continue\s*$/i.test(expect),
    refusal: ({ headers: { expect = '' } }) => ({
      ...{ status: 417, code: 'EXPECTATION_FAILED' },
      detail: `Expect takes 100-continue, not ${expect.slice(0, 40)}: leave it out`,
      headers: { connection: 'close' },
    }),
  },
];
