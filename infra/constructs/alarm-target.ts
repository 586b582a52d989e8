import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';

const CLOUDWATCH = new ServicePrincipal('cloudwatch.amazonaws.com');

/** Whoever is told of alarms: a topic that is there already, a topic of our own with one address, or nobody. */
export class AlarmTarget extends Construct {
  private readonly topicArn: string | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { alarmTarget } = settings;
    this.topicArn = alarmTarget?.includes('@') ? this.mailTo(alarmTarget, settings) : alarmTarget;
  }

  /** Tells of the beginning of an alarm, and of its end. */
  tell(alarm: Alarm): void {
    const { topicArn } = this;
    if (topicArn === undefined) return;
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topicArn }) });
    alarm.addOkAction({ bind: () => ({ alarmActionArn: topicArn }) });
  }

  /** CloudWatch may not use the key that SNS has of its own. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
  private mailTo(endpoint: string, settings: Settings): string {
    const masterKey = new Key(this, 'Key', {
      description: `Encrypts the alarms of ${nameOf(settings, 'alarms')}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    masterKey.addToResourcePolicy(
      new PolicyStatement({
        principals: [CLOUDWATCH],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
    const topic = new Topic(this, 'Topic', {
      topicName: nameOf(settings, 'alarms'),
      masterKey,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [CLOUDWATCH],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: ofThisAccount,
      }),
    );
    new Subscription(this, 'Mail', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint });
    return topic.topicArn;
  }
}
