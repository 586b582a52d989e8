import { type Context, holds } from './condition.ts';
import { covers } from './pattern.ts';
import type { NamedPrincipal, Patterns, Policy, Statement } from './policy.ts';

/** Who asks. */
export interface Principal {
  readonly type: 'AWS' | 'Service';
  /** The ARNs under which policies may name a person or a function (its role, its session), or the name of a service. */
  readonly names: readonly string[];
  /** Twelve digits; that of everything here. */
  readonly account: string;
}

/** One action on one resource. */
export interface AccessRequest {
  readonly principal: Principal;
  /** Such as `s3:PutObject`. */
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** The policies that have a say: those of who asks, and those of what is asked for. All are of one account. */
export interface Policies {
  readonly identity: Policy;
  readonly resource: Policy;
}

/** What is decided, and the statement that decided it. */
export type Verdict =
  | { readonly decision: 'Allowed'; readonly statement: Statement }
  | { readonly decision: 'ImplicitlyDenied' }
  | {
      readonly decision: 'ExplicitlyDenied';
      readonly statement: Statement;
      readonly by: keyof Policies;
    };

/**
 * Whether policies let a request through: a Deny of any of them refuses, else an Allow of any lets through, else it is refused. A
 * condition whose operator or key is not known here makes an Allow not apply and a Deny apply.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(policies: Policies, request: AccessRequest): Verdict {
  const applying = (['identity', 'resource'] as const).flatMap((by) =>
    policies[by].filter((statement) => applies(statement, request)).map((statement) => ({ statement, by })),
  );
  const denied = applying.find(({ statement }) => statement.effect === 'Deny');
  if (denied) return { decision: 'ExplicitlyDenied', ...denied };
  const [allowed] = applying;
  return allowed ? { decision: 'Allowed', statement: allowed.statement } : { decision: 'ImplicitlyDenied' };
}

function applies(statement: Statement, { principal, action, resource, context }: AccessRequest): boolean {
  const { effect, actions, resources, principals, conditions } = statement;
  return (
    meets(actions, action.toLowerCase(), (pattern) => pattern.toLowerCase()) &&
    meets(resources, resource) &&
    (principals === undefined || principals.some((named) => isNamed(principal, named, effect))) &&
    conditions.every((condition) => holds(condition, context) ?? effect === 'Deny')
  );
}

function meets(
  { patterns, except }: Patterns,
  text: string,
  fold: (pattern: string) => string = (pattern) => pattern,
): boolean {
  return patterns.some((pattern) => covers(fold(pattern), text)) !== except;
}

/**
 * A policy that names the account names nobody in it when it allows: it leaves that to their own policies. When it denies it means all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
 */
function isNamed(principal: Principal, named: NamedPrincipal, effect: Statement['effect']): boolean {
  if (named.type === '*') return true;
  if (named.type !== principal.type) return false;
  if (named.name === '*' || principal.names.includes(named.name)) return true;
  const isAccount = [principal.account, `arn:aws:iam::${principal.account}:root`].includes(named.name);
  return isAccount && effect === 'Deny' && principal.type === 'AWS';
}
