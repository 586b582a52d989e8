import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import type { BucketSpec } from '../../../../../infra/local/topology/topology.ts';
import { DEAD, endpointOptions, type LiveEndpoint, liveEndpoint, PLAIN, queueArn } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const Bucket = 'new-bucket';
const tags = (Value: string) => ({ TagSet: { Tag: [{ Key: 'stage', Value }] } });

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
  await live.s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => live.end());

describe('a new bucket', () => {
  it('is private, encrypted, without ACLs, and tells nobody', async () => {
    const at = { Bucket };
    const { PublicAccessBlockConfiguration } = await live.s3.send(new GetPublicAccessBlockCommand(at));
    expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    expect(await live.s3.send(new GetBucketOwnershipControlsCommand(at))).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    const { ServerSideEncryptionConfiguration } = await live.s3.send(new GetBucketEncryptionCommand(at));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    });
    const told = await live.s3.send(new GetBucketNotificationConfigurationCommand(at));
    expect(told.QueueConfigurations).toBeUndefined();
  });
});

describe('a policy', () => {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const put = (Policy: string) => live.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));

  it('is given back to the letter until it is removed', async () => {
    const text = policy({ ...statement, Effect: 'Deny' });
    await put(text);
    expect((await live.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(text);
    const { PolicyStatus } = await live.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus?.IsPublic).toBe(false);
    await live.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(live.s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
    });
  });

  it('of the template is told like any other, and may be replaced', async () => {
    const [first, other] = ['s3:DeleteBucket', 's3:PutBucketTagging'].map((Action) =>
      policy({ ...statement, Effect: 'Deny', Action, Resource: `arn:aws:s3:::${PLAIN}` }),
    );
    const settings = { policy: first };
    const own = await liveEndpoint({
      buckets: [{ name: PLAIN, versioned: false, notifications: [], settings }],
    });
    const told = async () => (await own.s3.send(new GetBucketPolicyCommand({ Bucket: PLAIN }))).Policy;
    expect(await told()).toBe(first);
    await own.s3.send(new PutBucketPolicyCommand({ Bucket: PLAIN, Policy: other }));
    expect(await told()).toBe(other);
    await own.end();
  });

  it('for everybody is refused while public access is blocked', async () => {
    await expect(put(policy(statement))).rejects.toMatchObject({ name: 'AccessDenied' });
    await live.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await put(policy(statement));
    const { PolicyStatus } = await live.s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
    expect(PolicyStatus?.IsPublic).toBe(true);
  });

  it.each(['{', '[]', '{"Version":"2012-10-17"}', policy({ ...statement, Effect: 'Permit' })])(
    'is not read from %s',
    async (text) => {
      await expect(put(text)).rejects.toMatchObject({ name: 'MalformedPolicy' });
    },
  );
});

describe('a notification', () => {
  const tell = (Queue: string, name = 's3:ObjectCreated:*') =>
    live.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              QueueArn: Queue,
              Events: [name as 's3:ObjectCreated:*'],
              Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'in/' }] } },
            },
          ],
        },
      }),
    );

  it('that is put is tested, given back, and carried out', async () => {
    await tell(DEAD.arn);
    for (const Key of ['in/a', 'out/a']) await live.s3.send(new PutObjectCommand({ Bucket, Key, Body: '' }));
    const received = await live.queues.receive(DEAD.arn, { max: 10, waitMs: 0 });
    const [test, event, ...more] = received.map(({ body }) => JSON.parse(body));
    expect(test).toMatchObject({ Event: 's3:TestEvent', Bucket });
    expect(event.Records[0].s3).toMatchObject({ bucket: { name: Bucket }, object: { key: 'in/a' } });
    expect(more).toEqual([]);
    const told = await live.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    const [configuration] = told.QueueConfigurations ?? [];
    expect(configuration).toMatchObject({ QueueArn: DEAD.arn, Events: ['s3:ObjectCreated:*'] });
    expect(event.Records[0].s3.configurationId).toBe(configuration?.Id);
  });

  it('to a queue that is not there, or of an event that there is not, is refused', async () => {
    await expect(tell(queueArn('none'))).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(tell(DEAD.arn, 's3:Other')).rejects.toMatchObject({ name: 'MalformedXML' });
  });

  it('that goes elsewhere is not implemented', async () => {
    const body = '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>';
    const answer = await signedFetch(`${live.url}/${Bucket}?notification`, { method: 'PUT', body });
    expect(answer.status).toBe(501);
  });
});

describe('what could not be kept is refused:', () => {
  const rule = (more: string) =>
    `<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status>${more}</Rule></LifecycleConfiguration>`;
  const days = '<Expiration><Days>1</Days></Expiration>';

  it.each([
    ['lifecycle', rule(''), 'InvalidRequest'],
    ['lifecycle', rule('<Expiration><Days>0</Days></Expiration>'), 'InvalidArgument'],
    ['lifecycle', rule('<Expiration><Days>-1</Days></Expiration>'), 'InvalidArgument'],
    ['lifecycle', rule('<Expiration><Days>x</Days></Expiration>'), 'MalformedXML'],
    ['lifecycle', rule('<Expiration><Date>2030-01-01T00:00:01Z</Date></Expiration>'), 'InvalidArgument'],
    ['lifecycle', rule('<Expiration><Date>2030-13-01T00:00:00Z</Date></Expiration>'), 'MalformedXML'],
    ['lifecycle', rule(`<Prefix>a</Prefix>${days}`), 'MalformedXML'],
    ['lifecycle', rule(`${days}<Transition><Days>1</Days></Transition>`), 'NotImplemented'],
    ['lifecycle', rule(`${days}<Other/>`), 'MalformedXML'],
    ['encryption', encryption('aws:kms'), 'NotImplemented'],
    ['ownershipControls', ownership('ObjectWriter'), 'NotImplemented'],
    [
      'publicAccessBlock',
      '<PublicAccessBlockConfiguration><x/></PublicAccessBlockConfiguration>',
      'MalformedXML',
    ],
    ['tagging', '<Tagging/>', 'MalformedXML'],
    ['versioning', '<Other/>', 'MalformedXML'],
  ])('%s %s', async (name, body, code) => {
    const answer = await signedFetch(`${live.url}/${Bucket}?${name}`, { method: 'PUT', body });
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });

  it('an object whose end has no date is told to have none', async () => {
    const far = rule('<Expiration><Days>999999999</Days></Expiration>');
    await signedFetch(`${live.url}/${Bucket}?lifecycle`, { method: 'PUT', body: far });
    const { Expiration } = await live.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(Expiration).toBeUndefined();
  });

  it('a rule of a lifecycle gets an id', async () => {
    await signedFetch(`${live.url}/${Bucket}?lifecycle`, { method: 'PUT', body: rule(days) });
    const { Rules } = await live.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toMatchObject([
      { ID: expect.stringMatching(/./), Status: 'Enabled', Expiration: { Days: 1 } },
    ]);
  });
});

it('what the template says holds until it is set otherwise, and again once the template says something new', async () => {
  const own = await liveEndpoint();
  await own.close();
  const started = async (settings: BucketSpec['settings'], act: () => Promise<void> = async () => {}) => {
    const bucket = { name: PLAIN, versioned: false, notifications: [], ...(settings && { settings }) };
    const endpoint = await startEndpoint({ ...endpointOptions(own.home), buckets: [bucket], port: own.port });
    await act();
    const answer = await own
      .s3With({})
      .send(new GetBucketTaggingCommand({ Bucket: PLAIN }))
      .catch(() => undefined);
    await endpoint.close();
    return answer?.TagSet?.[0]?.Value;
  };
  expect(await started({ tagging: tags('first') })).toBe('first');
  const set = async () => {
    const Tagging = { TagSet: [{ Key: 'stage', Value: 'set' }] };
    await own.s3With({}).send(new PutBucketTaggingCommand({ Bucket: PLAIN, Tagging }));
  };
  expect(await started({ tagging: tags('first') }, set)).toBe('set');
  expect(await started({ tagging: tags('first') })).toBe('set');
  expect(await started({ tagging: tags('second') })).toBe('second');
  expect(await started(undefined)).toBeUndefined();
  await expect(started({ unheardOf: {} })).rejects.toThrow('no such setting');
  await own.end();
});

function encryption(algorithm: string): string {
  const rule = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault>`;
  return `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
}

function ownership(kind: string): string {
  return `<OwnershipControls><Rule><ObjectOwnership>${kind}</ObjectOwnership></Rule></OwnershipControls>`;
}
