import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../infra/policy/policy.ts';

const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::in/*' };

it('a policy may be one statement or many, with one value or many in each place', () => {
  const statement = {
    effect: 'Allow',
    actions: { patterns: ['s3:GetObject'], except: false },
    resources: { patterns: ['arn:aws:s3:::in/*'], except: false },
    conditions: [],
  };
  expect(readPolicy({ Version: '2012-10-17', Statement: ALLOW }, 'identity')).toEqual([statement]);
  const many = { ...ALLOW, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::in/*'] };
  expect(readPolicy({ Statement: [many, ALLOW] }, 'identity')).toEqual([statement, statement]);
});

describe('what cannot be enforced as it is meant is refused:', () => {
  it.each([
    ['no document', 'text', /no policy/],
    ['an effect that is none', { Statement: { ...ALLOW, Effect: 'Permit' } }, /Effect/],
    ['an element that is not known', { Statement: { ...ALLOW, NotPrincipal: '*' } }, /NotPrincipal/],
    ['neither Action nor NotAction', { Statement: { Effect: 'Allow', Resource: '*' } }, /Action/],
    ['both Resource and NotResource', { Statement: { ...ALLOW, NotResource: '*' } }, /Resource/],
    ['an action without its service', { Statement: { ...ALLOW, Action: 'GetObject' } }, /GetObject/],
    ['a resource that is no ARN', { Statement: { ...ALLOW, Resource: 'in/*' } }, /in\/\*/],
    [
      'a variable in a resource',
      { Statement: { ...ALLOW, Resource: 'arn:aws:s3:::in/$' + '{aws:username}/*' } },
      /username/,
    ],
    [
      'a variable in a condition',
      { Statement: { ...ALLOW, Condition: { StringLike: { 's3:prefix': '$' + '{aws:username}/*' } } } },
      /variable/,
    ],
    [
      'a number that is none',
      { Statement: { ...ALLOW, Condition: { NumericLessThan: { 's3:max-keys': 'ten' } } } },
      /ten/,
    ],
    [
      'a network that is none',
      { Statement: { ...ALLOW, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/64' } } } },
      /10\.0\.0\.0\/64/,
    ],
    ['a person in a policy of their own', { Statement: { ...ALLOW, Principal: '*' } }, /Principal/],
  ])('%s', (_what, document, message) => {
    expect(() => readPolicy(document, 'identity')).toThrow(message);
  });

  it('nobody in the policy of a resource', () => {
    expect(() => readPolicy({ Statement: { ...ALLOW, Sid: 'Read' } }, 'resource')).toThrow(
      'Statement Read: Principal is missing',
    );
  });
});
