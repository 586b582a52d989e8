import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** Under which name Darkroom speaks on the bus. */
const SOURCE = 'darkroom';

/** The event bus that is told of the end of each build. It is somebody else's: the account's own, or one that was made before. */
export class EventsOut extends Construct {
  /** What the functions' setting EVENT_BUS holds. */
  readonly busName: string;

  constructor(scope: Construct, id: string, { eventBus }: Settings) {
    super(scope, id);
    this.busName = eventBus;
  }

  /** Tell the bus of events of Darkroom's own, and of nobody else's. */
  grantPublish(grantee: IGrantable): void {
    const bus = { service: 'events', resource: 'event-bus', resourceName: this.busName };
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [Stack.of(this).formatArn(bus)],
        conditions: { StringEquals: { 'events:source': SOURCE } },
      }),
    );
  }
}
