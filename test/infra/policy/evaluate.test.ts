import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../infra/policy/condition.ts';
import { evaluate, type Principal } from '../../../infra/policy/evaluate.ts';
import { readPolicy } from '../../../infra/policy/policy.ts';

const ROLE = 'arn:aws:iam::000000000000:role/process';
const PROCESS: Principal = { type: 'AWS', names: [ROLE], account: '000000000000' };
const S3: Principal = { type: 'Service', names: ['s3.amazonaws.com'], account: '000000000000' };
const OBJECT = 'arn:aws:s3:::in/trip/cat.jpg';
const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::in/*' };
const DENY = { ...ALLOW, Effect: 'Deny' };

type Statements = readonly object[];

interface Case {
  readonly identity?: Statements;
  readonly resource?: Statements;
  readonly principal?: Principal;
  readonly action?: string;
  readonly on?: string;
}

function decide({
  identity = [],
  resource = [],
  principal = PROCESS,
  action = 's3:GetObject',
  on = OBJECT,
}: Case) {
  const policies = {
    identity: readPolicy({ Statement: identity }, 'identity'),
    resource: readPolicy({ Statement: resource }, 'resource'),
  };
  const context = contextOf({ 'aws:SecureTransport': 'true', 's3:prefix': undefined });
  return evaluate(policies, { principal, action, resource: on, context });
}

describe('a request', () => {
  it.each<[string, Case, string]>([
    ['that nothing speaks of is refused', {}, 'ImplicitlyDenied'],
    ['that a policy of its own allows is let through', { identity: [ALLOW] }, 'Allowed'],
    [
      'is compared without regard to the case of the action',
      { identity: [ALLOW], action: 'S3:getobject' },
      'Allowed',
    ],
    [
      'is compared with regard to the case of the resource',
      { identity: [ALLOW], on: 'arn:aws:s3:::In/a' },
      'ImplicitlyDenied',
    ],
    [
      'for another action is refused',
      { identity: [ALLOW], action: 's3:GetObjectVersion' },
      'ImplicitlyDenied',
    ],
    [
      'that is denied anywhere is refused, whatever allows it',
      { identity: [ALLOW, DENY] },
      'ExplicitlyDenied',
    ],
    [
      'that the resource alone allows is let through',
      { resource: [{ ...ALLOW, Principal: { AWS: ROLE } }] },
      'Allowed',
    ],
    [
      'that the resource denies is refused',
      { identity: [ALLOW], resource: [{ ...DENY, Principal: '*' }] },
      'ExplicitlyDenied',
    ],
    [
      'of somebody else is not what the resource allows',
      { resource: [{ ...ALLOW, Principal: { AWS: `${ROLE}-2` } }] },
      'ImplicitlyDenied',
    ],
    [
      'is not allowed by naming the whole account',
      { resource: [{ ...ALLOW, Principal: { AWS: '000000000000' } }] },
      'ImplicitlyDenied',
    ],
    [
      'is denied by naming the whole account',
      { identity: [ALLOW], resource: [{ ...DENY, Principal: { AWS: 'arn:aws:iam::000000000000:root' } }] },
      'ExplicitlyDenied',
    ],
    [
      'of a service is one of no role',
      { principal: S3, resource: [{ ...ALLOW, Principal: { AWS: '*' } }] },
      'ImplicitlyDenied',
    ],
    [
      'of a service is let through where it is named',
      { principal: S3, resource: [{ ...ALLOW, Principal: { Service: 's3.amazonaws.com' } }] },
      'Allowed',
    ],
    [
      'is let through by what is not excepted',
      { identity: [{ Effect: 'Allow', NotAction: 's3:Put*', NotResource: 'arn:aws:s3:::out/*' }] },
      'Allowed',
    ],
    [
      'is not let through by what is excepted',
      { identity: [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }] },
      'ImplicitlyDenied',
    ],
    [
      'over TLS passes a bucket that denies all else',
      {
        identity: [ALLOW],
        resource: [{ ...DENY, Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
      'Allowed',
    ],
    [
      'is refused where only one of two conditions holds',
      {
        identity: [
          {
            ...ALLOW,
            Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 's3:prefix': 'a' } },
          },
        ],
      },
      'ImplicitlyDenied',
    ],
  ])('%s', (_name, one, decision) => {
    expect(decide(one).decision).toBe(decision);
  });
});

describe('a condition that is not understood', () => {
  const unknown = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } };
  const odd = { Condition: { StringAlmost: { 's3:prefix': 'a' } } };

  it.each([unknown, odd])('lets nothing through: %j', (condition) => {
    expect(decide({ identity: [{ ...ALLOW, ...condition }] }).decision).toBe('ImplicitlyDenied');
  });

  it.each([unknown, odd])('keeps nothing from being denied: %j', (condition) => {
    expect(decide({ identity: [ALLOW, { ...DENY, ...condition }] }).decision).toBe('ExplicitlyDenied');
  });

  it('beside one that does not hold denies nothing', () => {
    const Condition = { ...unknown.Condition, Bool: { 'aws:SecureTransport': 'false' } };
    expect(decide({ identity: [ALLOW, { ...DENY, Condition }] }).decision).toBe('Allowed');
  });
});

it('the statement that decides is told, and whose it is', () => {
  const denied = decide({ identity: [ALLOW], resource: [{ ...DENY, Sid: 'Never', Principal: '*' }] });
  expect(denied).toMatchObject({ decision: 'ExplicitlyDenied', by: 'resource', statement: { sid: 'Never' } });
  expect(decide({ identity: [{ ...ALLOW, Sid: 'Read' }] })).toMatchObject({ statement: { sid: 'Read' } });
});
