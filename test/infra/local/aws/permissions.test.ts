import { describe, expect, it } from 'vitest';
import { dynamoAsks } from '../../../../infra/local/aws/dynamodb-permissions.ts';
import { readQuery } from '../../../../infra/local/aws/request.ts';
import type { S3Call } from '../../../../infra/local/aws/s3/call.ts';
import { OPERATIONS } from '../../../../infra/local/aws/s3/operations.ts';
import { s3Asks } from '../../../../infra/local/aws/s3/permissions.ts';
import { sqsAsks } from '../../../../infra/local/aws/sqs/permissions.ts';
import { DEAD, queueArn, WORK } from './live-endpoint.ts';

const told = (asks: readonly { readonly action: string; readonly resource: string }[]): readonly string[] =>
  asks.map(
    ({ action, resource }) =>
      `${action} ${resource.replace(/^arn:aws:(s3::|\w+:us-east-1:000000000000):/, '')}`,
  );

interface Call {
  readonly key?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function s3(operation: string, { key = 'k', query = '', headers = {} }: Call = {}): readonly string[] {
  const call = { bucket: 'b', key, query: readQuery(query), headers: new Map(Object.entries(headers)) };
  return told(s3Asks(operation, call as unknown as S3Call));
}

describe('S3 asks', () => {
  it.each<[string, Call, readonly string[]]>([
    ['GetObject', {}, ['s3:GetObject b/k']],
    ['GetObject', { query: 'versionId=v' }, ['s3:GetObjectVersion b/k']],
    ['HeadObject', {}, ['s3:GetObject b/k']],
    ['GetObjectAttributes', {}, ['s3:GetObject b/k', 's3:GetObjectAttributes b/k']],
    ['PutObject', {}, ['s3:PutObject b/k']],
    ['PutObject', { headers: { 'if-none-match': '*' } }, ['s3:PutObject b/k']],
    ['PutObject', { headers: { 'if-match': '"e"' } }, ['s3:PutObject b/k', 's3:GetObject b/k']],
    ['PutObject', { headers: { 'x-amz-tagging': 'a=b' } }, ['s3:PutObject b/k', 's3:PutObjectTagging b/k']],
    [
      'CopyObject',
      { headers: { 'x-amz-copy-source': 's/a%20b' } },
      ['s3:GetObject s/a b', 's3:PutObject b/k'],
    ],
    [
      'CopyObject',
      { headers: { 'x-amz-copy-source': '/s/a?versionId=v' } },
      ['s3:GetObjectVersion s/a', 's3:PutObject b/k'],
    ],
    ['DeleteObject', {}, ['s3:DeleteObject b/k']],
    ['DeleteObject', { query: 'versionId=v' }, ['s3:DeleteObjectVersion b/k']],
    ['DeleteObject', { headers: { 'if-match': '*' } }, ['s3:DeleteObject b/k']],
    ['PutObjectTagging', { query: 'versionId=v' }, ['s3:PutObjectVersionTagging b/k']],
    ['ListParts', {}, ['s3:ListMultipartUploadParts b/k']],
    ['ListObjectVersions', { key: '' }, ['s3:ListBucketVersions b']],
    ['HeadBucket', { key: '' }, ['s3:ListBucket b']],
    ['PutBucketLifecycleConfiguration', { key: '' }, ['s3:PutLifecycleConfiguration b']],
    ['GetBucketTagging', { key: '' }, ['s3:GetBucketTagging b']],
  ])('%s %j: %j', (operation, call, expected) => {
    expect(s3(operation, call)).toEqual(expected);
  });

  it('something of every operation but DeleteObjects, which asks key by key', () => {
    const headers = { 'x-amz-copy-source': 's/k' };
    const silent = OPERATIONS.filter(
      ({ name, on }) => s3(name, { key: on === 'object' ? 'k' : '', headers }).length === 0,
    );
    expect(silent.map(({ name }) => name)).toEqual(['DeleteObjects']);
  });

  it('with what conditions may want to know', () => {
    const query = readQuery('prefix=trip/&max-keys=5');
    const call = { bucket: 'b', key: '', query, headers: new Map() } as unknown as S3Call;
    expect(s3Asks('ListObjectsV2', call)[0]?.context).toMatchObject({
      's3:prefix': 'trip/',
      's3:max-keys': '5',
      's3:delimiter': undefined,
    });
  });
});

describe('SQS asks', () => {
  const place = {
    arnBase: 'arn:aws:sqs:us-east-1:000000000000',
    queues: { registry: { all: () => [WORK, DEAD] } } as unknown as Parameters<typeof sqsAsks>[1]['queues'],
  };
  const QueueUrl = 'http://localhost:4566/000000000000/work';
  const SourceArn = queueArn('dead');

  it.each<[string, object, readonly string[]]>([
    ['SendMessage', { QueueUrl }, ['sqs:SendMessage work']],
    ['DeleteMessageBatch', { QueueUrl }, ['sqs:DeleteMessage work']],
    ['GetQueueUrl', { QueueName: 'work' }, ['sqs:GetQueueUrl work']],
    ['ListQueues', {}, ['sqs:ListQueues *']],
    ['SendMessage', {}, ['sqs:SendMessage ']],
    ['SendMessage', { QueueUrl: { toString: 1 } }, ['sqs:SendMessage ']],
    ['ListMessageMoveTasks', { SourceArn, QueueUrl }, ['sqs:ListMessageMoveTasks dead']],
    [
      'StartMessageMoveTask',
      { SourceArn },
      [
        'StartMessageMoveTask dead',
        'ReceiveMessage dead',
        'DeleteMessage dead',
        'GetQueueAttributes dead',
        'SendMessage work',
      ].map((it) => `sqs:${it}`),
    ],
  ])('%s %j: %j', (action, input, expected) => {
    expect(told(sqsAsks({ action, input }, place))).toEqual(expected);
  });
});

describe('DynamoDB asks', () => {
  const base = 'arn:aws:dynamodb:us-east-1:000000000000:table';
  const TableName = 't';

  it.each<[string, unknown, readonly string[]]>([
    ['GetItem', { TableName }, ['dynamodb:GetItem table/t']],
    ['GetItem', { TableName: `${base}/t` }, ['dynamodb:GetItem table/t']],
    ['Query', { TableName }, ['dynamodb:Query table/t']],
    ['Query', { TableName, IndexName: 'i' }, ['dynamodb:Query table/t/index/i']],
    [
      'BatchWriteItem',
      { RequestItems: { t: [], u: [] } },
      ['dynamodb:BatchWriteItem table/t', 'dynamodb:BatchWriteItem table/u'],
    ],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName } }, { ConditionCheck: { TableName: 'u' } }] },
      ['dynamodb:PutItem table/t', 'dynamodb:ConditionCheckItem table/u'],
    ],
    ['ListTables', {}, ['dynamodb:ListTables table/*']],
    ['GetItem', undefined, ['dynamodb:GetItem table/']],
    ['GetItem', { TableName: { toString: 1 } }, ['dynamodb:GetItem table/']],
    ['BatchGetItem', 'text', ['dynamodb:BatchGetItem table/*']],
  ])('%s %j: %j', (operation, input, expected) => {
    expect(told(dynamoAsks(operation, input, base))).toEqual(expected);
  });
});
