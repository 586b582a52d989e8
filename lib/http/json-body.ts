import { isUtf8 } from 'node:buffer';
import type * as z from 'zod/mini';
import { DarkroomError } from '../error.ts';
import { refuseInexact } from './exact-json.ts';

/** Bytes that a JSON body may have: more than any of ours needs. */
export const MAX_JSON_BYTES = 64 * 1024;

/** How deep JSON may be nested: what reads or writes it further down is recursive. */
const MAX_DEPTH = 64;

interface Sent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/**
 * The JSON body of a request by a schema; `whenEmpty` stands for none at all. Throws DarkroomError that says where it is wrong: what would
 * be kept as something else than was sent is refused.
 */
export function readJson({ headers, body }: Sent, schema: z.ZodMiniType, whenEmpty?: object): unknown {
  const type = headers['content-type'] ?? 'application/json';
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new DarkroomError(
      'UNSUPPORTED_MEDIA_TYPE',
      `The body is JSON (application/json), not ${type.slice(0, 80)}; with curl: -H content-type:application/json`,
    );
  }
  if (body.length > MAX_JSON_BYTES) {
    throw new DarkroomError(
      'BODY_TOO_LARGE',
      `The body has ${body.length} bytes, and a JSON body has ${MAX_JSON_BYTES} at most`,
    );
  }
  const parsed = schema.safeParse(parse(body, whenEmpty));
  if (parsed.success) return parsed.data;
  throw new DarkroomError(
    'BAD_REQUEST',
    `The body is not as it should be: ${parsed.error.issues.map(tell).join('; ')}`,
  );
}

function parse(body: Buffer, whenEmpty: object | undefined): unknown {
  if (!isUtf8(body)) throw new DarkroomError('BAD_REQUEST', 'The body is no JSON: it is not in UTF-8');
  const text = body.toString('utf8');
  if (text.trim() === '') {
    if (whenEmpty !== undefined) return whenEmpty;
    throw new DarkroomError('BAD_REQUEST', 'The body is empty, and has to be a JSON object: {} is the least');
  }
  if (depthOf(text) > MAX_DEPTH) {
    throw new DarkroomError('BAD_REQUEST', `The body is nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text, refuseInexact);
  } catch (error) {
    if (error instanceof DarkroomError) throw error;
    const why = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new DarkroomError('BAD_REQUEST', `The body is no JSON: ${why}`);
  }
}

/** The most brackets that are open at once: at least the depth, since those in texts are counted as well. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of text) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

/** What JSON calls the types of a schema. */
const KINDS: Readonly<Record<string, string>> = {
  record: 'a JSON object',
  object: 'a JSON object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function tell(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? 'the body' : issue.path.join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.join(', ')} is unknown`;
    case 'invalid_type':
      return `${place} has to be ${takes(issue)}`;
    case 'invalid_value':
    case 'invalid_union':
      return `${place} takes ${takes(issue)}`;
    case 'too_small':
      return `${place} is at least ${issue.minimum}`;
    case 'too_big':
      return `${place} is at most ${issue.maximum}`;
    case 'invalid_format':
      return `${place} has to match ${issue.pattern ?? issue.format}`;
    default:
      return `${place} has a value that it does not take`;
  }
}

function takes(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(', ');
    case 'invalid_union':
      return issue.errors.flat().map(takes).join(', or ');
    default:
      return 'another value';
  }
}
