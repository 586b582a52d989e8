/** Which program speaks: it stands in each of its lines. */
export interface Speaker {
  readonly function: string;
  readonly version: string;
  readonly stage: string;
}

export type Level = 'info' | 'warn' | 'error';

/** Writes a line: what happened, and the facts about it, such as `requestId` or `build`. An Error among them is told with its stack. */
export type Logger = (level: Level, message: string, facts?: Readonly<Record<string, unknown>>) => void;

/**
 * Lines of JSON, the same from every function. They go past `console`, which Lambda would wrap into JSON of its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function createLogger(
  speaker: Speaker,
  { now, write }: { readonly now: () => number; readonly write: (line: string) => void },
): Logger {
  return (level, message, facts = {}) => {
    const told = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, tellError(value)]));
    const time = new Date(now()).toISOString();
    write(`${JSON.stringify({ level, message, time, ...speaker, ...told })}\n`);
  };
}

function tellError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const cause = value.cause instanceof Error ? `\ncaused by ${value.cause.stack}` : '';
  return `${value.stack ?? value.message}${cause}`;
}
