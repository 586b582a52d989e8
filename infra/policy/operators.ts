import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { covers, coversArn } from './pattern.ts';

/** How a condition compares one value of a request with one of the policy. */
export interface Operator {
  readonly fits: (actual: string, wanted: string) => boolean;
  /** The condition holds when none of the policy's values fits. */
  readonly negates?: true;
  /** What may stand in a policy. @default any text */
  readonly takes?: (wanted: string) => boolean;
}

type Fits = Operator['fits'];

const equals: Fits = (actual, wanted) => actual === wanted;
const equalsIgnoringCase: Fits = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const like: Fits = (actual, wanted) => covers(wanted, actual);
const likeArn: Fits = (actual, wanted) => coversArn(wanted, actual);
const within: Fits = (actual, wanted) => networkOf(wanted)?.check(...addressOf(actual)) === true;
const number = (compare: (actual: number, wanted: number) => boolean): Operator => ({
  fits: (actual, wanted) => compare(Number(actual), Number(wanted)),
  takes: (wanted) => wanted.trim() !== '' && Number.isFinite(Number(wanted)),
});
const date = (compare: (actual: number, wanted: number) => boolean): Operator => ({
  fits: (actual, wanted) => compare(timeOf(actual), timeOf(wanted)),
  takes: (wanted) => Number.isFinite(timeOf(wanted)),
});
const not = (operator: Operator): Operator => ({ ...operator, negates: true });
const network: Operator = { fits: within, takes: (wanted) => networkOf(wanted) !== undefined };

/** The operators that are understood, without `ForAnyValue:`, `ForAllValues:` and `IfExists`, which all of them take; and `Null`. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { fits: equals },
  StringNotEquals: not({ fits: equals }),
  StringEqualsIgnoreCase: { fits: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: not({ fits: equalsIgnoringCase }),
  StringLike: { fits: like },
  StringNotLike: not({ fits: like }),
  ArnEquals: { fits: likeArn },
  ArnNotEquals: not({ fits: likeArn }),
  ArnLike: { fits: likeArn },
  ArnNotLike: not({ fits: likeArn }),
  Bool: { fits: equalsIgnoringCase, takes: (wanted) => /^(true|false)$/i.test(wanted) },
  NumericEquals: number((actual, wanted) => actual === wanted),
  NumericNotEquals: not(number((actual, wanted) => actual === wanted)),
  NumericLessThan: number((actual, wanted) => actual < wanted),
  NumericLessThanEquals: number((actual, wanted) => actual <= wanted),
  NumericGreaterThan: number((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: number((actual, wanted) => actual >= wanted),
  DateEquals: date((actual, wanted) => actual === wanted),
  DateNotEquals: not(date((actual, wanted) => actual === wanted)),
  DateLessThan: date((actual, wanted) => actual < wanted),
  DateLessThanEquals: date((actual, wanted) => actual <= wanted),
  DateGreaterThan: date((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: date((actual, wanted) => actual >= wanted),
  IpAddress: network,
  NotIpAddress: not(network),
};

/** Milliseconds since 1970 of an RFC 3339 time, or of seconds since 1970, in which AWS also writes dates. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** `10.0.0.0/8`, `::1/128`, or one address. */
function networkOf(text: string): BlockList | undefined {
  const [address = '', bits] = text.split('/', 2);
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const widest = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : widest + 1;
  if (family === undefined || prefix > widest) return undefined;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list;
}

/** A socket that takes both families tells IPv4 as `::ffff:127.0.0.1`. */
function addressOf(text: string): [address: string, family: 'ipv4' | 'ipv6'] {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '');
  return [address, isIPv4(address) ? 'ipv4' : 'ipv6'];
}
