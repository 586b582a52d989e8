import { DarkroomError } from '../error.ts';
import { formatOf } from '../recipe/formats.ts';

/** S3 takes keys of at most 1,024 bytes of UTF-8 (Amazon S3 User Guide, "Naming Amazon S3 objects"). */
export const MAX_KEY_BYTES = 1_024;

export const keyBytes = (key: string): number => Buffer.byteLength(key);

/** The last segment of a key, and the folder before it with its slash. */
export function splitKey(key: string): { readonly folder: string; readonly file: string } {
  const slash = key.lastIndexOf('/') + 1;
  return { folder: key.slice(0, slash), file: key.slice(slash) };
}

/** What stands behind the last dot of the file name, as it is; empty for none. A dot at the beginning is part of the name. */
export function extensionOf(key: string): string {
  const { file } = splitKey(key);
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(dot + 1) : '';
}

/** The name of an image: its key without the extension of a known format. A key without one is its own stem. */
export function stemOf(key: string): string {
  const extension = extensionOf(key);
  return formatOf(extension) === undefined ? key : key.slice(0, -extension.length - 1);
}

/**
 * Refuses a key that an upload through the API cannot have. S3 itself would take it, but not every client could name it again.
 * Throws DarkroomError BAD_REQUEST or KEY_TOO_LONG.
 */
export function checkKey(key: string): void {
  const told = JSON.stringify(key.slice(0, 100));
  if (key === '') throw new DarkroomError('BAD_REQUEST', 'The picture has no name');
  if (!key.isWellFormed() || /[\p{Cc}\uFFFD-\uFFFF]/u.test(key)) {
    throw new DarkroomError('BAD_REQUEST', `A name is UTF-8 without control characters, and ${told} is not`);
  }
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `A name has no segment . or .., and ${told} has: clients would resolve it away`,
    );
  }
  if (key.startsWith('download/')) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `Names under download/ are taken by the API's own route, so ${told} cannot be uploaded here`,
    );
  }
  if (keyBytes(key) > MAX_KEY_BYTES) {
    throw new DarkroomError(
      'KEY_TOO_LONG',
      `A name has at most ${MAX_KEY_BYTES} bytes, and this one ${keyBytes(key)}`,
    );
  }
}
