import type { Operation, S3Call } from './call.ts';
import { s3Error } from './errors.ts';
import { OPERATIONS } from './operations.ts';

/**
 * One operation: how it is recognised, and what it does. A call is an operation only when every parameter that it carries is named by
 * the row: what S3 has and we have not is told so, and never taken for something else.
 */
export interface OperationRow {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly on: 'service' | 'bucket' | 'object';
  /** Parameters that must be there. */
  readonly needs?: readonly string[];
  /** Parameters that may be there. */
  readonly takes?: readonly string[];
  /** Whether `x-amz-copy-source` must be there; otherwise it may not. */
  readonly copies?: true;
  readonly run: Operation;
}

/** Throws NotImplemented for what is no row. */
export function findOperation({ method, bucket, key, query, headers }: S3Call): OperationRow {
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const given = query.entries.map(([name]) => name).filter((name) => !isOfNoOperation(name));
  const copies = headers.has('x-amz-copy-source');
  const row = OPERATIONS.find(
    ({ needs = [], takes = [], ...row }) =>
      row.method === method &&
      row.on === on &&
      (row.copies === true) === copies &&
      needs.every((name) => given.includes(name)) &&
      given.every((name) => needs.includes(name) || takes.includes(name)),
  );
  if (row) return row;
  const text = `${method} on ${on} with ${given.join(', ') || 'no parameter'} is not implemented here.`;
  throw s3Error('NotImplemented', text);
}

/** A signature's own parameters, `x-id` of the SDKs, and those beginning with `x-`, which S3 leaves to its callers. */
function isOfNoOperation(name: string): boolean {
  return /^x-/i.test(name);
}
