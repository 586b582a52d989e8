/** A message's id as SQS writes it, from 32 hex digits. */
export function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A move task's handle: opaque to callers, and tells the queue that it empties. */
export function writeHandle(taskId: string, source: string): string {
  return Buffer.from(JSON.stringify({ taskId, source })).toString('base64url');
}

/** The ARN of the queue that a task empties, by its handle; empty for what is no handle. */
export function sourceOf(handle: string): string {
  try {
    return String(JSON.parse(Buffer.from(handle, 'base64url').toString()).source ?? '');
  } catch {
    return '';
  }
}
