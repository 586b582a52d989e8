import { describe, expect, it } from 'vitest';
import { type MadeUpStack, resolved } from './made-up.ts';

const STACK: MadeUpStack = {
  stack: 'Made',
  resources: {
    Pictures: [
      'AWS::S3::Bucket',
      { BucketName: { 'Fn::Join': ['-', ['pictures', { Ref: 'AWS::AccountId' }]] } },
    ],
    Work: ['AWS::SQS::Queue', { QueueName: 'work' }],
    Log: ['AWS::DynamoDB::Table', { TableName: 'log' }],
    Render: ['AWS::Lambda::Function', { FunctionName: 'render' }],
    Nameless: ['AWS::IAM::Role'],
    Alarm: ['AWS::CloudWatch::Alarm'],
  },
};

describe('Ref gives', () => {
  it.each([
    ['the name of a bucket, itself resolved', 'Pictures', 'pictures-000000000000'],
    ['the address of a queue on this machine', 'Work', 'http://127.0.0.1:4566/000000000000/work'],
    ['the name of a table', 'Log', 'log'],
    ['the name of a function', 'Render', 'render'],
    ['the logical id of what has no name', 'Nameless', 'Nameless'],
    ['the account', 'AWS::AccountId', '000000000000'],
    ['the region', 'AWS::Region', 'eu-north-1'],
    ['the partition', 'AWS::Partition', 'aws'],
    ['the suffix of AWS’s hosts', 'AWS::URLSuffix', 'amazonaws.com'],
    ['the stack', 'AWS::StackName', 'Made'],
  ])('%s', (_what, Ref, value) => {
    expect(resolved({ Ref }, STACK)).toBe(value);
  });
});

describe('Fn::GetAtt gives', () => {
  it.each([
    [['Pictures', 'Arn'], 'arn:aws:s3:::pictures-000000000000'],
    [['Work', 'Arn'], 'arn:aws:sqs:eu-north-1:000000000000:work'],
    [['Work', 'QueueName'], 'work'],
    [['Log', 'Arn'], 'arn:aws:dynamodb:eu-north-1:000000000000:table/log'],
    [['Render', 'Arn'], 'arn:aws:lambda:eu-north-1:000000000000:function:render'],
    [['Nameless', 'Arn'], 'arn:aws:iam::000000000000:role/Nameless'],
    ['Work.Arn', 'arn:aws:sqs:eu-north-1:000000000000:work'],
  ])('of %j %s', (path, value) => {
    expect(resolved({ 'Fn::GetAtt': path }, STACK)).toBe(value);
  });
});

describe('the intrinsic', () => {
  it.each<[string, unknown, unknown]>([
    ['Fn::Join', ['/', ['a', { Ref: 'Log' }, 'b']], 'a/log/b'],
    ['Fn::Split', ['-', { Ref: 'Pictures' }], ['pictures', '000000000000']],
    ['Fn::Select', [1, { 'Fn::Split': ['-', { Ref: 'Pictures' }] }], '000000000000'],
    ['Fn::Select', ['0', ['a', 'b']], 'a'],
    [
      'Fn::Sub',
      `\${AWS::Region}/\${Log}/\${Work.Arn}`,
      'eu-north-1/log/arn:aws:sqs:eu-north-1:000000000000:work',
    ],
    ['Fn::Sub', [`\${own}-\${Log}`, { own: { Ref: 'AWS::Region' } }], 'eu-north-1-log'],
    ['Fn::Sub', `kept: \${!Log}`, `kept: \${Log}`],
  ])('%s of %j', (name, argument, value) => {
    expect(resolved({ [name]: argument }, STACK)).toEqual(value);
  });

  it('Fn::ImportValue takes what another stack exports, as that stack sees it', () => {
    const importer: MadeUpStack = { stack: 'Importer' };
    const exporter = { ...STACK, exports: { 'Made:Pictures': { 'Fn::GetAtt': ['Pictures', 'Arn'] } } };
    expect(resolved({ 'Fn::ImportValue': 'Made:Pictures' }, importer, exporter)).toBe(
      'arn:aws:s3:::pictures-000000000000',
    );
  });

  it('is found at any depth, and all else stays as it is', () => {
    const value = {
      list: [{ Ref: 'Log' }, 7, null, true],
      deep: { deeper: { Ref: 'Log' } },
      Ref: 'a',
      of: 'two',
    };
    expect(resolved(value, STACK)).toEqual({
      list: ['log', 7, null, true],
      deep: { deeper: 'log' },
      Ref: 'a',
      of: 'two',
    });
  });
});

describe('what is not understood is told, not guessed:', () => {
  it.each<[string, unknown, string]>([
    ['another intrinsic', { 'Fn::Cidr': ['10.0.0.0/16', 2, 5] }, 'The intrinsic Fn::Cidr is not understood'],
    ['a resource that is not there', { Ref: 'Absent' }, 'Ref to Absent, which is not in Made'],
    [
      'an attribute that this machine gives nothing for',
      { 'Fn::GetAtt': ['Alarm', 'Arn'] },
      'Fn::GetAtt of Arn of Alarm (AWS::CloudWatch::Alarm) is not understood',
    ],
    [
      'an import that no stack exports',
      { 'Fn::ImportValue': 'Other:Thing' },
      'Fn::ImportValue of Other:Thing, which no stack exports',
    ],
    ['a join of no list', { 'Fn::Join': 'a,b' }, 'A list is expected, not "a,b"'],
  ])('%s', (_what, value, message) => {
    expect(() => resolved(value, STACK)).toThrow(message);
  });
});
