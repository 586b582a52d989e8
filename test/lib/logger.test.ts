import { expect, it } from 'vitest';
import { createLogger } from '../../lib/logger.ts';

function lineOf(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lines: string[] = [];
  const speaker = { function: 'darkroom-api', version: '1.2.3', stage: 'test' };
  const logger = createLogger(speaker, { now: () => 0, write: (line) => lines.push(line) });
  logger('error', 'it broke', facts);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  return JSON.parse(lines[0] ?? '');
}

it('a line says who speaks, when, and what about', () => {
  expect(lineOf({ requestId: 'r1' })).toEqual({
    ...{ level: 'error', message: 'it broke', time: '1970-01-01T00:00:00.000Z' },
    ...{ function: 'darkroom-api', version: '1.2.3', stage: 'test', requestId: 'r1' },
  });
});

it('an error is told with its stack, and with that of its cause', () => {
  const cause = new TypeError('the root');
  const { error } = lineOf({ error: new Error('outage', { cause }) });
  expect(error).toContain('Error: outage\n');
  expect(error).toContain('caused by TypeError: the root\n');
});
