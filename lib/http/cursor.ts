import { createHash } from 'node:crypto';
import { DarkroomError } from '../error.ts';

/** Where a listing goes on, as the caller carries it: opaque, and good for the same listing alone. */
export function encodeCursor(of: unknown, place: unknown): string {
  return Buffer.from(JSON.stringify([hashOf(of), place])).toString('base64url');
}

/** The place in a cursor that `of` was listed with; `isPlace` says whether it is one. Throws DarkroomError BAD_PARAMETER. */
export function decodeCursor<T>(of: unknown, text: string, isPlace: (value: unknown) => value is T): T {
  const [hash, place] = parse(text);
  if (hash === hashOf(of) && isPlace(place)) return place;
  throw new DarkroomError('BAD_PARAMETER', 'cursor takes what an answer to this same query gave as next');
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function hashOf(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 12);
}
