import { type Context, contextOf } from '../../../policy/condition.ts';
import { evaluate, type Verdict } from '../../../policy/evaluate.ts';
import { AwsError } from '../aws-error.ts';
import type { AccessKey } from './access-key.ts';
import type { PolicyOf } from './resource-policies.ts';

/** One permission that a call needs. */
export interface Ask {
  /** Such as `s3:PutObject`. */
  readonly action: string;
  /** The ARN. */
  readonly resource: string;
  /** What conditions of this service may ask about: each key that the service has, undefined where this call has none. @default none */
  readonly context?: Readonly<Record<string, string | undefined>>;
}

/** What somebody may do. */
export interface Access {
  allows(ask: Ask): boolean;
  /** Throws AccessDenied, which names the first that is not allowed. */
  demand(asks: readonly Ask[]): void;
}

export interface AccessOptions {
  readonly key: AccessKey;
  readonly policyOf: PolicyOf;
  /** What is known of the request whatever its service. */
  readonly context: Context;
  /** In whose words a refusal is told. */
  readonly service: string;
}

/** What the holder of a key may do in one request, by the policies of the key and of what is asked for. */
export function accessOf({ key, policyOf, context, service }: AccessOptions): Access {
  const decide = ({ action, resource, context: own = {} }: Ask): Verdict => {
    const policies = {
      identity: key.policy,
      resource: key.isOwner && RESCUE.includes(action) ? [] : policyOf(ownerOf(resource)),
    };
    const known = new Map([...context, ...contextOf(own)]);
    return evaluate(policies, { principal: key.principal, action, resource, context: known });
  };
  return {
    allows: (ask) => decide(ask).decision === 'Allowed',
    demand(asks) {
      for (const ask of asks) {
        const verdict = decide(ask);
        if (verdict.decision !== 'Allowed') throw refusal(service, key.arn, ask, verdict);
      }
    },
  };
}

/** What the owner of an account may do whatever a bucket says: nobody could mend a policy that locks everybody out. */
const RESCUE = ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'];

/** The policy of an object is its bucket's. */
function ownerOf(resource: string): string {
  return resource.startsWith('arn:aws:s3:::') ? (resource.split('/')[0] ?? '') : resource;
}

interface Words {
  readonly code: string;
  readonly status: number;
  readonly action?: (action: string) => string;
  readonly resource?: (resource: string) => string;
}

/** How each service says that somebody may not. */
const WORDS: Readonly<Record<string, Words>> = {
  s3: { code: 'AccessDenied', status: 403, resource: (resource) => `"${resource}"` },
  sqs: { code: 'AccessDeniedException', status: 403, action: (action) => action.toLowerCase() },
};
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html, and the same for events. */
const USUAL: Words = { code: 'AccessDeniedException', status: 400 };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal(service: string, who: string, { action, resource }: Ask, verdict: Verdict): AwsError {
  const { code, status, ...words } = WORDS[service] ?? USUAL;
  const what = words.action?.(action) ?? action;
  const on = words.resource?.(resource) ?? resource;
  const why =
    verdict.decision === 'ExplicitlyDenied'
      ? `with an explicit deny in ${verdict.by === 'identity' ? 'an identity' : 'a resource'}-based policy`
      : `because no identity-based policy allows the ${what} action`;
  return new AwsError(
    code,
    status,
    `User: ${who} is not authorized to perform: ${what} on resource: ${on} ${why}`,
  );
}
