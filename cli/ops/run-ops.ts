/** Runs an operator's program: exit 1 with a line for what failed, 2 with the usage for what was asked wrongly. */
export async function runOps(usage: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    showProgress('');
    console.error(tell(error));
    process.exitCode = isUsage(error) ? 2 : 1;
    if (isUsage(error)) console.error(usage);
  }
}

/** Shows a line in place of the one before, where somebody looks; an empty one takes it away. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** As `node:util` marks what a command line has that it should not. */
function isUsage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
