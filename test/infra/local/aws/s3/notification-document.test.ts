import { describe, expect, it } from 'vitest';
import { parseSetting } from '../../../../../infra/local/aws/s3/settings.ts';

type Told = readonly [event: string, prefix?: string, suffix?: string];
const CREATED = 's3:ObjectCreated:*';
const PUT = 's3:ObjectCreated:Put';

describe('two notifications of a bucket', () => {
  it.each<[string, Told, Told]>([
    ['of one event', [CREATED], [PUT]],
    ['of one event, the narrower first', [PUT], [CREATED]],
    ['of one event, one with a filter', [CREATED], [PUT, 'in/']],
    ['of one event below one another', [PUT, 'in/'], [PUT, 'in/deep/']],
    ['of one event, one by prefix and one by suffix', [CREATED, 'in/'], [CREATED, '', '.jpg']],
    ['of one event by suffixes that end one another', [CREATED, 'in/', '.jpg'], [CREATED, '', 'a.jpg']],
  ])('%s are refused, since some keys would be told of twice', (_, one, other) => {
    expect(() => parse(one, other)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });

  it.each<[string, Told, Told]>([
    ['of other events', [CREATED], ['s3:ObjectRemoved:*']],
    ['of other events of a kind', [PUT], ['s3:ObjectCreated:Post']],
    ['side by side', [CREATED, 'a/'], [PUT, 'b/']],
    ['by other suffixes', [CREATED, 'a/', '.jpg'], [PUT, 'a/b', '.png']],
  ])('%s are taken', (_, one, other) => {
    expect(parse(one, other)).toMatchObject({ QueueConfiguration: [{}, {}] });
  });
});

describe('a filter', () => {
  it.each(['prefix', 'Suffix'])('with two rules of the name %s is refused', (Name) => {
    const Filter = { S3Key: { FilterRule: ['a', 'ab'].map((Value) => ({ Name, Value })) } };
    const QueueConfiguration = { Queue: 'arn', Event: PUT, Filter };
    expect(() => parseSetting('notification', { QueueConfiguration })).toThrow(
      `Cannot specify more than one ${Name.toLowerCase()} rule`,
    );
  });
});

function parse(...told: readonly Told[]): unknown {
  const QueueConfiguration = told.map(([Event, prefix = '', suffix = '']) => {
    const rules = Object.entries({ prefix, suffix }).filter(([, Value]) => Value !== '');
    const FilterRule = rules.map(([Name, Value]) => ({ Name, Value }));
    return { Queue: 'arn', Event, ...(rules.length > 0 && { Filter: { S3Key: { FilterRule } } }) };
  });
  return parseSetting('notification', { QueueConfiguration });
}
