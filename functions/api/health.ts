import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Deps } from './deps.ts';

/** 200 while everything that a request may need answers; else 503 with the names of what does not. */
export async function getHealth({ input, output, log, version, logger }: Deps): Promise<Answer> {
  const dependencies = { 'input bucket': input, 'output bucket': output, table: log };
  const down = (await Promise.all(Object.entries(dependencies).map((it) => isDown(it, logger)))).flat();
  if (down.length === 0) return jsonAnswer('health', 200, { status: 'ok', version });
  return jsonAnswer('health', 503, { status: 'down', version, down }, { 'retry-after': '5' });
}

async function isDown(
  [name, dependency]: [string, { check(): Promise<void> }],
  logger: Logger,
): Promise<readonly string[]> {
  try {
    await dependency.check();
    return [];
  } catch (error) {
    logger('error', `the ${name} does not answer`, { error });
    return [name];
  }
}
