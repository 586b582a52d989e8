import type { Readable } from 'node:stream';

/** One line of the one-machine runtime's log. */
export type LogLine = {
  /** The function that printed it, or the part of the runtime that speaks: `gateway`, `queue`. */
  readonly name: string;
  readonly stream: 'stdout' | 'stderr' | 'runtime';
  /** The invocation during which it was printed; undefined while a sandbox starts. */
  readonly requestId: string | undefined;
  /** As it was printed, JSON untouched. May hold line breaks. */
  readonly text: string;
};

/** What CloudWatch Logs kept of one event for years, and enough to read: a longer line is cut into several. */
const MAX_LINE_LENGTH = 256 * 1024;

/** Calls `onLine` for each line of a text stream, the last one too if nothing ends it. */
export function followLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) tell(line);
  });
  stream.on('end', () => {
    if (rest !== '') tell(rest);
  });

  function tell(line: string): void {
    if (!isMetrics(line)) onLine(unfold(line));
  }
}

/** Metrics are lines that CloudWatch takes out of a log: nobody here does, and several a picture would hide the rest. */
function isMetrics(line: string): boolean {
  return line.startsWith('{"_aws":{"Timestamp":');
}

/** AWS's runtime client writes the line breaks inside one message as `\r`, as CloudWatch wants them. */
function unfold(line: string): string {
  return line.replace(/\r$/, '').replaceAll('\r', '\n');
}
