import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userKey } from '../../../../../infra/local/aws/access/access-key.ts';
import { type Endpoint, startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import { readPolicy } from '../../../../../infra/policy/policy.ts';
import { CREDENTIALS, endpointOptions, type LiveEndpoint, liveEndpoint } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const FINISHED = {
  Source: 'darkroom',
  DetailType: 'Build finished',
  Detail: JSON.stringify({ image: 'trip/cat.jpg' }),
};
const ownOnly = {
  Effect: 'Allow',
  Action: 'events:PutEvents',
  Resource: 'arn:aws:events:us-east-1:000000000000:event-bus/default',
  Condition: { StringEquals: { 'events:source': 'darkroom' } },
};

let endpoint: LiveEndpoint;
let events: EventBridgeClient;
let limited: EventBridgeClient;
beforeAll(async () => {
  const policy = readPolicy({ Statement: ownOnly }, 'identity');
  const key = userKey('limited', { accountId: '000000000000', secret: 'limited-secret', policy });
  endpoint = await liveEndpoint({ findKey: (id) => (id === 'limited' ? key : undefined) });
  const config = { endpoint: endpoint.url, region: 'us-east-1', maxAttempts: 1 };
  events = new EventBridgeClient({ ...config, credentials: CREDENTIALS });
  const credentials = { accessKeyId: 'limited', secretAccessKey: 'limited-secret' };
  limited = new EventBridgeClient({ ...config, credentials });
});
afterAll(async () => {
  events.destroy();
  limited.destroy();
  await endpoint.end();
});

const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));

async function kept({ url }: Pick<Endpoint, 'url'>): Promise<readonly Record<string, unknown>[]> {
  const answer = await signedFetch(`${url}/`, { service: 'events' });
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  return (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('events that are put', () => {
  it('are kept as targets would get them, and can be read, the newest last', async () => {
    const Time = new Date('2026-11-21T07:00:00.000Z');
    const { FailedEntryCount, Entries = [] } = await put(
      { ...FINISHED, Time, Resources: ['arn:a'] },
      FINISHED,
    );
    expect(FailedEntryCount).toBe(0);
    const all = await kept(endpoint);
    expect(all.slice(-2).map(({ id }) => id)).toEqual(Entries.map(({ EventId }) => EventId));
    expect(all.at(-2)).toEqual({
      ...{ version: '0', id: Entries[0]?.EventId, source: 'darkroom', 'detail-type': 'Build finished' },
      ...{ account: '000000000000', region: 'us-east-1', time: '2026-11-21T07:00:00Z', resources: ['arn:a'] },
      ...{ detail: { image: 'trip/cat.jpg' }, bus: 'default' },
    });
  });

  it('fail one by one where something is wrong with one', async () => {
    const before = (await kept(endpoint)).length;
    const { Source, ...noSource } = FINISHED;
    const { FailedEntryCount, Entries } = await put(
      noSource,
      { ...FINISHED, DetailType: '' },
      { ...FINISHED, Detail: 'text' },
      { ...FINISHED, Detail: '[1]' },
      { ...FINISHED, Detail: `{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}` },
      { ...FINISHED, Source: 'aws.s3' },
      FINISHED,
    );
    expect(FailedEntryCount).toBe(6);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      ...['InvalidArgument', 'InvalidArgument', 'MalformedDetail', 'MalformedDetail', 'MalformedDetail'],
      ...['NotAuthorizedForSourceException', undefined],
    ]);
    expect(Entries?.at(-1)?.EventId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await kept(endpoint)).toHaveLength(before + 1);
  });

  it.each<[string, PutEventsRequestEntry[]]>([
    ['none', []],
    ['more than 10', Array.from({ length: 11 }, () => FINISHED)],
    ['more than 256 KB', [{ ...FINISHED, Detail: JSON.stringify({ long: 'x'.repeat(262_144) }) }]],
  ])('are refused together when they are %s', async (_what, entries) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('need a permission, which may be for one source only', async () => {
    const send = (entry: PutEventsRequestEntry) => limited.send(new PutEventsCommand({ Entries: [entry] }));
    await expect(send(FINISHED)).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(send({ ...FINISHED, Source: 'other' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'events:PutEvents on resource: arn:aws:events:us-east-1:000000000000:event-bus/default',
      ),
    });
    const reading = { service: 'events', accessKeyId: 'limited', secret: 'limited-secret' };
    expect((await signedFetch(`${endpoint.url}/`, reading)).status).toBe(400);
  });

  it('are the newest 10,000 at most', { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 10 }, () => FINISHED);
    for (let i = 0; i < 1010; i += 1) await put(...many);
    expect(await kept(endpoint)).toHaveLength(10_000);
  });
});

it('events survive a restart', async () => {
  const first = await liveEndpoint();
  const client = new EventBridgeClient({
    endpoint: first.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  await client.send(new PutEventsCommand({ Entries: [FINISHED] }));
  client.destroy();
  await first.close();
  const second = await startEndpoint(endpointOptions(first.home));
  expect(await kept(second)).toMatchObject([{ source: 'darkroom' }]);
  await second.close();
});
