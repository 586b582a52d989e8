import { describe, expect, it } from 'vitest';
import { type Condition, contextOf, holds } from '../../../infra/policy/condition.ts';

const CONTEXT = contextOf({
  'aws:SecureTransport': 'true',
  'aws:SourceIp': '::ffff:127.0.0.1',
  'aws:SourceArn': 'arn:aws:s3:::darkroom-input',
  'aws:CurrentTime': '2026-11-21T07:00:00.000Z',
  'aws:TagKeys': ['red', 'blue'],
  's3:prefix': 'trip/',
  's3:max-keys': '100',
  's3:if-match': undefined,
});

type Row = readonly [
  operator: string,
  key: string,
  values: string | readonly string[],
  holds: boolean | undefined,
];

const rows = (all: readonly Row[]) =>
  all.map(([operator, key, values, expected]) => [operator, key, [values].flat(), expected] as const);

const ask = (operator: string, key: string, values: readonly string[]): boolean | undefined => {
  const condition: Condition = { operator, key: key.toLowerCase(), values };
  return holds(condition, CONTEXT);
};

describe('a condition holds as its operator says:', () => {
  it.each(
    rows([
      ['StringEquals', 's3:prefix', 'trip/', true],
      ['StringEquals', 'S3:PREFIX', 'trip/', true],
      ['StringEquals', 's3:prefix', 'Trip/', false],
      ['StringEquals', 's3:prefix', ['other', 'trip/'], true],
      ['StringNotEquals', 's3:prefix', ['other', 'trip/'], false],
      ['StringNotEquals', 's3:prefix', ['other', 'else'], true],
      ['StringEqualsIgnoreCase', 's3:prefix', 'TRIP/', true],
      ['StringNotEqualsIgnoreCase', 's3:prefix', 'TRIP/', false],
      ['StringLike', 's3:prefix', 'tr?p*', true],
      ['StringNotLike', 's3:prefix', 'tr?p*', false],
      ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::darkroom-*', true],
      ['ArnEquals', 'aws:SourceArn', 'arn:aws:s3:::*-output', false],
      ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:::*-output', true],
      ['Bool', 'aws:SecureTransport', 'true', true],
      ['Bool', 'aws:SecureTransport', 'False', false],
      ['NumericEquals', 's3:max-keys', '1e2', true],
      ['NumericNotEquals', 's3:max-keys', '100', false],
      ['NumericLessThan', 's3:max-keys', '100', false],
      ['NumericLessThanEquals', 's3:max-keys', '100', true],
      ['NumericGreaterThan', 's3:max-keys', '99', true],
      ['NumericGreaterThanEquals', 's3:max-keys', '101', false],
      ['DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', true],
      ['DateGreaterThan', 'aws:CurrentTime', '1700000000', true],
      ['DateGreaterThanEquals', 'aws:CurrentTime', '2027-01-01', false],
      ['IpAddress', 'aws:SourceIp', '127.0.0.0/8', true],
      ['IpAddress', 'aws:SourceIp', ['::1', '10.0.0.0/8'], false],
      ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
      ['Null', 's3:if-match', 'true', true],
      ['Null', 's3:if-match', 'false', false],
      ['Null', 's3:prefix', 'false', true],
    ]),
  )('%s %s %j: %s', (operator, key, values, expected) => {
    expect(ask(operator, key, values)).toBe(expected);
  });
});

describe('where the request has no such value', () => {
  it.each(
    rows([
      ['StringEquals', 's3:if-match', 'x', false],
      ['StringNotEquals', 's3:if-match', 'x', true],
      ['StringEqualsIfExists', 's3:if-match', 'x', true],
      ['StringNotEqualsIfExists', 's3:if-match', 'x', true],
      ['NumericLessThan', 's3:if-match', '5', false],
      ['Bool', 's3:if-match', 'true', false],
      ['ForAnyValue:StringLike', 's3:if-match', '*', false],
      ['ForAllValues:StringLike', 's3:if-match', 'x', true],
    ]),
  )('%s %s %j: %s', (operator, key, values, expected) => {
    expect(ask(operator, key, values)).toBe(expected);
  });
});

describe('of several values', () => {
  it.each(
    rows([
      ['ForAnyValue:StringEquals', 'aws:TagKeys', ['red', 'green'], true],
      ['ForAnyValue:StringEquals', 'aws:TagKeys', 'green', false],
      ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'red', true],
      ['ForAllValues:StringEquals', 'aws:TagKeys', ['red', 'green'], false],
      ['ForAllValues:StringLike', 'aws:TagKeys', ['r*', 'b*'], true],
      ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'green', true],
    ]),
  )('%s %s %j: %s', (operator, key, values, expected) => {
    expect(ask(operator, key, values)).toBe(expected);
  });
});

describe('it cannot be told', () => {
  it.each(
    rows([
      ['StringSortOf', 's3:prefix', 'trip/', undefined],
      ['toString', 's3:prefix', 'trip/', undefined],
      ['StringEquals', 'dynamodb:LeadingKeys', 'a', undefined],
      ['Null', 'dynamodb:LeadingKeys', 'true', undefined],
      ['StringEquals', 'aws:TagKeys', 'red', undefined],
    ]),
  )('%s %s %j: %s', (operator, key, values, expected) => {
    expect(ask(operator, key, values)).toBe(expected);
  });
});
