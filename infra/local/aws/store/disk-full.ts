import { AwsError } from '../aws-error.ts';

/** Of the system, for a disk or a quota that is used up; and SQLite's own number for it. https://www.sqlite.org/rescode.html#full */
const SYSTEM_CODES = ['ENOSPC', 'EDQUOT'];
const SQLITE_FULL = 13;

/**
 * A full disk as an answer, any other error as it is. S3 has no word for it; 507 is HTTP's own, and unlike 500 and 503 no SDK takes it
 * for something that passes and tries again.
 */
export function asDiskFull(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const isFull = SYSTEM_CODES.includes(String(code)) || errcode === SQLITE_FULL;
  if (!isFull) return error;
  const text =
    'The disk that holds the state folder is full: nothing of this was stored. Make room and try again.';
  return new AwsError('InsufficientStorage', 507, text);
}
