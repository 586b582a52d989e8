import * as z from 'zod/mini';
import { s3Error } from './errors.ts';

const name = z.string().check(z.startsWith('$'));
const condition = z.union([
  z.tuple([z.literal('content-length-range'), z.coerce.number(), z.coerce.number()]),
  z.tuple([z.enum(['eq', 'starts-with']), name, z.string()]),
  z.record(z.string(), z.string()),
]);
const policy = z.object({ expiration: z.iso.datetime(), conditions: z.array(condition) });
type Condition = z.infer<typeof condition>;

export interface ByteLimits {
  readonly min: number;
  readonly max: number;
}

/** Fields that need no condition. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
const FREE = ['policy', 'x-amz-signature', 'file'];

/**
 * Checks a form against its policy: in time, each condition met, each field covered by one. Returns how many bytes the file may have.
 * Throws AccessDenied,
 * and InvalidPolicyDocument for what is none.
 * @param fields by lower-case name, `bucket` from the URL among them: a policy has to say for which it is
 */
export function checkPolicy(fields: ReadonlyMap<string, string>, now: number): ByteLimits {
  const { expiration, conditions } = readPolicy(fields.get('policy') ?? '');
  if (Date.parse(expiration) <= now) throw denied('Policy expired.');
  const covered = new Set(FREE);
  let limits: ByteLimits = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const one of conditions.flatMap(asRows)) {
    if (one[0] === 'content-length-range') {
      limits = { min: Math.max(limits.min, one[1]), max: Math.min(limits.max, one[2]) };
      continue;
    }
    const [kind, marked, wanted] = one;
    const field = marked.slice(1).toLowerCase();
    const value = fields.get(field) ?? '';
    const holds = kind === 'eq' ? value === wanted : allOf(field, value).every((it) => it.startsWith(wanted));
    if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify(one)}`);
    covered.add(field);
  }
  const extra = [...fields.keys()].filter((field) => !covered.has(field) && !field.startsWith('x-ignore-'));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return limits;
}

function readPolicy(text: string): z.infer<typeof policy> {
  try {
    return policy.parse(JSON.parse(asJson(Buffer.from(text, 'base64').toString('utf8'))));
  } catch {
    throw s3Error(
      'InvalidPolicyDocument',
      'Invalid Policy: it must be JSON with an expiration and conditions.',
    );
  }
}

/** Escapes that a policy knows and JSON does not. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
const ESCAPES: Readonly<Record<string, string>> = { '\\$': '$', '\\v': '\\u000b' };

function asJson(text: string): string {
  return text.replace(/\\./gs, (sign) => ESCAPES[sign] ?? sign);
}

/** `{ "acl": "private" }` is short for `["eq", "$acl", "private"]`. */
function asRows(one: Condition): Exclude<Condition, Record<string, string>>[] {
  return Array.isArray(one) ? [one] : Object.entries(one).map(([field, value]) => ['eq', `$${field}`, value]);
}

/** Types behind commas are a list, each of which has to begin as the policy says; no other field is one. */
function allOf(field: string, value: string): readonly string[] {
  return field === 'content-type' ? value.split(/,\s*/) : [value];
}

function denied(why: string): Error {
  return s3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}
