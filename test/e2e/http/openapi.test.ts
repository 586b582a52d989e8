import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { misdescribed } from '../../support/openapi.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
beforeAll(async () => {
  darkroom = await startDarkroom();
});
afterAll(() => darkroom.close());

it('the document is there for anybody, valid, and names the address that it was asked at', async () => {
  const answer = await fetch(`${darkroom.runtime.apiUrl}/openapi.json`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  const document = (await answer.json()) as { servers: unknown };
  expect(document.servers).toEqual([{ url: darkroom.runtime.apiUrl }]);
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
});

it('an answer that the document does not describe is noticed', () => {
  const health = { method: 'GET', target: '/health', contentType: 'application/json' };
  expect(misdescribed({ ...health, status: 200, body: { status: 'ok', version: '1' } })).toBeUndefined();
  expect(misdescribed({ ...health, status: 200, body: { status: 'ok' } })).toMatch(/version/);
  expect(
    misdescribed({ ...health, status: 200, body: { status: 'ok', version: '1', key: 's3cr3t' } }),
  ).toMatch(/key/);
  expect(misdescribed({ ...health, status: 201, body: {} })).toMatch(/answers 201/);
  expect(misdescribed({ ...health, status: 200, contentType: 'text/html', body: {} })).toMatch(/text\/html/);
});
