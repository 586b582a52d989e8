import type { AwsRequest } from '../request.ts';
import type { Scope } from '../signature/sigv4.ts';
import type { Caller, ObservedCall } from '../visit.ts';
import { accessOf } from './access.ts';
import type { FindKey } from './access-key.ts';
import { requestContext } from './request-context.ts';
import type { PolicyOf } from './resource-policies.ts';

export interface CallerOptions {
  readonly findKey: FindKey;
  readonly policyOf: PolicyOf;
  readonly now: () => number;
  readonly observe: (call: ObservedCall) => void | Promise<void>;
}

/** Who holds the access key that a request names; undefined when nobody does. */
export function callerOf(
  { findKey, policyOf, now, observe }: CallerOptions,
  request: AwsRequest,
  accessKeyId: string,
  { service, region }: Scope,
): Caller | undefined {
  const key = findKey(accessKeyId);
  if (key === undefined) return undefined;
  const context = requestContext(request, key, { region, now: now() });
  const access = accessOf({ key, policyOf, context, service });
  return {
    secret: key.secret,
    access,
    async admit(operation, resource, asks) {
      access.demand(asks);
      await observe({ service, operation, accessKeyId, resource });
    },
  };
}
