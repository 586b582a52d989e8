import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, it } from 'vitest';
import { ALL_ON, addRules } from '../../infra/check/rules.ts';
import { STAGES } from '../../infra/stages.ts';
import { deploy } from './deployment.ts';

it.each([...Object.keys(STAGES).map((stage) => ({ stage })), ALL_ON])(
  'the rules of CDK and of AwsSolutions find nothing in %o',
  (settings) => {
    expect(() => deploy(settings, addRules)).not.toThrow();
  },
);

it('they would find it: a bucket without TLS and access logs is no deployment', () => {
  const careless = (app: Parameters<typeof addRules>[0]): void => {
    addRules(app);
    const [stack] = app.node.children;
    if (stack) new Bucket(stack, 'Careless');
  };
  expect(() => deploy({}, careless)).toThrow('AwsSolutions-S10');
});
