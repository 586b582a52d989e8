import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { MAX_RECEIVES } from '../../lib/config.ts';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';

/** A message that is in hand shows again after six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_FACTOR = 6;
/** The longest that SQS keeps anything: time to mend the cause. */
const RETENTION = Duration.days(14);
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];

/** What is to be done: events of the input bucket and builds that were asked for, with a dead-letter queue and its alarm. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: RETENTION };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: nameOf(settings, 'dead-letters'),
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: nameOf(settings, 'work'),
      visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * settings.processTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new Alarm(this, 'DeadLettersAlarm', {
      alarmName: nameOf(settings, 'dead-letters'),
      alarmDescription: 'Work that failed every try waits in the dead-letter queue.',
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** Lets S3 put the events of a bucket of this account into the queue. S3 tries that out: the bucket must depend on what is returned. */
  acceptEventsOf(bucketName: string): IDependable {
    const { account, partition } = Stack.of(this);
    const statement = new PolicyStatement({
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: {
        ArnLike: { 'aws:SourceArn': `arn:${partition}:s3:::${bucketName}` },
        StringEquals: { 'aws:SourceAccount': account },
      },
    });
    return this.queue.addToResourcePolicy(statement).policyDependable ?? this.queue;
  }

  /** Put work into the queue. */
  grantSubmit(grantee: IGrantable): void {
    allow(grantee, ['sqs:SendMessage'], this.queue.queueArn);
  }

  /** Take work out, give it back sooner or later, and acknowledge it. */
  grantConsume(grantee: IGrantable): void {
    allow(grantee, CONSUME, this.queue.queueArn);
    this.grantObserve(grantee);
  }

  /** See how much waits. */
  grantObserve(grantee: IGrantable): void {
    allow(grantee, ['sqs:GetQueueAttributes'], this.queue.queueArn);
  }
}
