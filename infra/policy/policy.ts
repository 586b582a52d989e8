import * as z from 'zod/mini';
import { type Condition, checkCondition } from './condition.ts';

/** What a policy document says, in a form that cannot be wrong. */
export type Policy = readonly Statement[];

export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Compared without regard to case, such as `s3:Get*`. */
  readonly actions: Patterns;
  /** ARNs. */
  readonly resources: Patterns;
  /** Whom it is about, in the policy of a resource. */
  readonly principals?: readonly NamedPrincipal[];
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** What one of `patterns` covers; or, for `NotAction` and `NotResource`, what none does. */
export interface Patterns {
  readonly patterns: readonly string[];
  readonly except: boolean;
}

export interface NamedPrincipal {
  /** `AWS`, `Service`, or `*` for everybody. */
  readonly type: string;
  /** An ARN, an account, a service such as `s3.amazonaws.com`, or `*`. */
  readonly name: string;
}

/**
 * Reads a document as IAM takes it. Throws an Error for what is none, and for what is not understood here (policy variables,
 * `NotPrincipal`): a policy is never enforced in part.
 * @param of a person or function, whose policies name no principal; or of a resource, whose policies must
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicy(document: unknown, of: 'identity' | 'resource'): Policy {
  const parsed = DOCUMENT.safeParse(document);
  if (!parsed.success) {
    throw new Error(`This is no policy: ${parsed.error.issues.map(tell).join('; ')}`);
  }
  return parsed.data.Statement.map((statement, i) => {
    try {
      return readStatement(statement, of);
    } catch (error) {
      throw new Error(
        `Statement ${statement.Sid ?? i + 1}: ${error instanceof Error ? error.message : error}`,
        {
          cause: error,
        },
      );
    }
  });
}

const texts = z.union([z.string(), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const STATEMENT = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.optional(texts),
  NotAction: z.optional(texts),
  Resource: z.optional(texts),
  NotResource: z.optional(texts),
  Principal: z.optional(z.union([z.literal('*'), z.record(z.string(), texts)])),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)])))),
});
const DOCUMENT = z.strictObject({
  Version: z.optional(z.enum(['2012-10-17', '2008-10-17'])),
  Id: z.optional(z.string()),
  Statement: z.pipe(
    z.transform((one) => [one].flat()),
    z.array(STATEMENT),
  ),
});

function tell(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.');
  return issue.code === 'unrecognized_keys'
    ? `${where}: ${issue.keys.join(', ')} is not understood`
    : `${where}: ${issue.message}`;
}

type Written = z.infer<typeof STATEMENT>;

function readStatement(statement: Written, of: 'identity' | 'resource'): Statement {
  const { Sid, Effect, Principal } = statement;
  if ((Principal === undefined) !== (of === 'identity')) {
    throw new Error(of === 'identity' ? 'Principal belongs to a resource’s policy' : 'Principal is missing');
  }
  return {
    ...(Sid !== undefined && { sid: Sid }),
    effect: Effect,
    actions: readPatterns(statement, 'Action', /^(\*|[\w-]+:[\w*?]+)$/),
    resources: readPatterns(statement, 'Resource', /^(\*|arn:.+|[*?].*)$/),
    ...(Principal !== undefined && { principals: readPrincipals(Principal) }),
    conditions: readConditions(statement.Condition ?? {}),
  };
}

function readPatterns(statement: Written, name: 'Action' | 'Resource', form: RegExp): Patterns {
  const [given, excepted] = [statement[name], statement[`Not${name}`]];
  if ((given === undefined) === (excepted === undefined))
    throw new Error(`takes one of ${name} and Not${name}`);
  const patterns = [given ?? excepted ?? []].flat();
  const wrong = patterns.find((pattern) => !form.test(pattern) || pattern.includes('${'));
  if (wrong !== undefined) throw new Error(`${name} ${JSON.stringify(wrong)} is not understood`);
  if (patterns.length === 0) throw new Error(`${name} is empty`);
  return { patterns, except: given === undefined };
}

function readPrincipals(principal: NonNullable<Written['Principal']>): readonly NamedPrincipal[] {
  if (principal === '*') return [{ type: '*', name: '*' }];
  return Object.entries(principal).flatMap(([type, names]) => [names].flat().map((name) => ({ type, name })));
}

function readConditions(block: NonNullable<Written['Condition']>): readonly Condition[] {
  const conditions = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: [values].flat().map(String),
    })),
  );
  for (const condition of conditions) {
    checkCondition(condition);
    const variable = condition.values.find((value) => value.includes('${'));
    if (variable !== undefined)
      throw new Error(`the variable in ${JSON.stringify(variable)} is not understood`);
  }
  return conditions;
}
