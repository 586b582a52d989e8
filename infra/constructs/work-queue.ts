import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { MAX_RECEIVES } from '../../lib/config.ts';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import { keptData } from './kept-data.ts';

/** A message that is in hand shows again after six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_FACTOR = 6;
/** The longest that SQS keeps anything: time to mend the cause. */
const RETENTION = Duration.days(14);
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];

/** What is to be done: events of the input bucket and builds that were asked for, with a dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const common = {
      ...{ encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: RETENTION },
      ...keptData(settings),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: nameOf(settings, 'dead-letters'),
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [this.workByName(settings)],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: nameOf(settings, 'work'),
      visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * settings.processTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /** The two queues name each other: one of them has to do it by an ARN of its own making. */
  private workByName(settings: Settings): IQueue {
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource: nameOf(settings, 'work') });
    return Queue.fromQueueArn(this, 'ByName', arn);
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

  /** See what messages are dead letters, and put them back. */
  grantLookAtDeadLetters(grantee: IGrantable): void {
    const look = ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'];
    allow(grantee, look, this.deadLetters.queueArn);
  }

  /**
   * Let SQS move dead letters back into the queue, on behalf of whoever asks for it.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
   */
  grantRedrive(grantee: IGrantable): void {
    const move = [
      'sqs:StartMessageMoveTask',
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
    ];
    allow(grantee, move, this.deadLetters.queueArn);
    this.grantSubmit(grantee);
  }

  /** See how much waits. */
  grantObserve(grantee: IGrantable): void {
    allow(grantee, ['sqs:GetQueueAttributes'], this.queue.queueArn);
  }
}
