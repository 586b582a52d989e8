import type { Config } from '../lib/config.ts';
import { createLogger, type Logger } from '../lib/logger.ts';

/** How each function speaks to its log. */
export function logging({ functionName, version, stage }: Config): Logger {
  const speaker = { function: functionName, version, stage };
  return createLogger(speaker, { now: Date.now, write: (line) => process.stdout.write(line) });
}
