import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Build } from '../pipeline/build.ts';
import { DETAIL_TYPES, toBuildEvent } from '../pipeline/build-event.ts';

/** What tells everybody who listens on the event bus of the ends of builds. */
export interface EventsOut {
  /** Tells of a build that has ended. Throws when the bus did not take it: it may be told again. */
  publish(build: Build): Promise<void>;
}

const SOURCE = 'darkroom';

/** The client is loaded for the first event, so that no start waits for it. Endpoint, region and credentials come from the environment. */
export function eventsOut({ bus, stage }: { readonly bus: string; readonly stage: string }): EventsOut {
  let client: EventBridgeClient | undefined;
  return {
    async publish(build) {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      client ??= new EventBridgeClient({
        maxAttempts: 4,
        cacheMiddleware: true,
        requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
      });
      const event = toBuildEvent(build, stage);
      const entry = {
        ...{ EventBusName: bus, Source: SOURCE, DetailType: DETAIL_TYPES[event.status] },
        Time: new Date(build.times[event.status] ?? 0),
        Detail: JSON.stringify(event),
      };
      const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      const [taken] = Entries ?? [];
      if (taken?.EventId !== undefined) return;
      throw new Error(`The event bus ${bus} refused the end of build ${build.id}: ${taken?.ErrorMessage}`);
    },
  };
}
