import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import type { Build } from '../../../lib/pipeline/build.ts';
import { eventsOut } from '../../../lib/queue/events-out.ts';

const version = { bucket: 'in', key: 'cat.jpg', versionId: 'v1' };
const BUILD: Build = {
  ...{ id: 'b'.repeat(32), status: 'FAILED', position: 4, image: 'cat.jpg', attempt: 1 },
  subject: { kind: 'upload', version },
  ...{ claim: undefined, deaths: {}, outputs: [], code: 'BROKEN_IMAGE', message: 'cut short' },
  ...{ end: undefined, clearing: undefined, owner: undefined, machine: undefined },
  times: { FAILED: '2026-11-21T08:00:00.000Z' },
};

it('an end goes to the bus of the stage, under a name and a type that rules can pick', async () => {
  const bridge = mockClient(EventBridgeClient);
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  await eventsOut({ bus: 'own', stage: 'test' }).publish(BUILD);
  const [call] = bridge.commandCalls(PutEventsCommand);
  const [entry] = call?.args[0].input.Entries ?? [];
  expect(entry).toMatchObject({ EventBusName: 'own', Source: 'darkroom', DetailType: 'Build failed' });
  expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ stage: 'test', id: `${BUILD.id}-4` });
});

it('an entry that the bus refuses is an outage, so that it is told again', async () => {
  const bridge = mockClient(EventBridgeClient);
  const refused = { ErrorCode: 'InternalFailure', ErrorMessage: 'not now' };
  bridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [refused] });
  await expect(eventsOut({ bus: 'own', stage: 'test' }).publish(BUILD)).rejects.toThrow('not now');
});
