import { RE2JS, RE2JSException } from 're2js';
import { DarkroomError } from '../error.ts';
import { stemOf } from '../pipeline/name.ts';

/**
 * Whether the whole of an image's key, or the whole of its stem, matches a caller's pattern: RE2, which has no pattern that takes
 * more than linear time (https://github.com/google/re2/wiki/Syntax). Throws DarkroomError BAD_PARAMETER that says where a pattern is wrong.
 */
export function nameMatcher(pattern: string): (key: string) => boolean {
  const regex = compile(pattern);
  return (key) => regex.matches(key) || regex.matches(stemOf(key));
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const why = error.message.replace(/^error parsing regexp: /, '');
    throw new DarkroomError('BAD_PARAMETER', `regex takes an RE2 pattern, and this one has ${why}`);
  }
}
