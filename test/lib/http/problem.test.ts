import { describe, expect, it } from 'vitest';
import { DarkroomError, ERRORS, type ErrorCode } from '../../../lib/error.ts';
import { HttpError, problemAnswer, SeveralRefused } from '../../../lib/http/problem.ts';
import { Problem } from '../../../lib/http/schemas.ts';

const bodyOf = (error: unknown) => Problem.parse(JSON.parse(String(problemAnswer(error, 'r1').body)));

describe('a problem', () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])(
    'of %s has the status of its code and says what it says',
    (code) => {
      const answer = problemAnswer(new DarkroomError(code, 'What to do'), 'r1');
      expect(answer.status).toBe(ERRORS[code]);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
      });
      expect(JSON.parse(String(answer.body))).toEqual({
        type: 'about:blank',
        title: expect.stringMatching(/^[A-Z]/),
        status: ERRORS[code],
        detail: 'What to do',
        instance: 'r1',
        code,
      });
    },
  );

  it('may bring headers of its own', () => {
    const answer = problemAnswer(new HttpError('METHOD_NOT_ALLOWED', 'x', { allow: 'GET' }), 'r1');
    expect(answer.headers).toMatchObject({ allow: 'GET', 'content-type': 'application/problem+json' });
  });

  it.each([
    new Error('the key is s3cr3t'),
    new TypeError('at /var/task'),
    'text',
    undefined,
    { message: 'x', code: 'FORBIDDEN' },
  ])('that nobody foresaw tells its id and nothing else', (error) => {
    const { status, code, detail } = bodyOf(error);
    expect([status, code]).toEqual([500, 'INTERNAL']);
    expect(detail).toMatch(/id: r1$/);
    expect(JSON.stringify(bodyOf(error))).not.toMatch(/s3cr3t|task|TypeError/);
  });

  it('of several files lists each, under their own code where they share one', () => {
    const file = (name: string, code: ErrorCode) => ({ name, code, detail: `${name} is wrong` });
    const same = bodyOf(new SeveralRefused([file('a', 'EMPTY_OBJECT'), file('b', 'EMPTY_OBJECT')], 3));
    expect(same).toMatchObject({ code: 'EMPTY_OBJECT', status: 422, errors: [{ name: 'a' }, { name: 'b' }] });
    expect(same.detail).toMatch(/^2 of 3 files are refused, and none is stored/);
    const mixed = bodyOf(new SeveralRefused([file('a', 'EMPTY_OBJECT'), file('b', 'UNSUPPORTED_IMAGE')], 2));
    expect(mixed).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
  });
});
