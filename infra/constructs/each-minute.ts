import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import type { BundledFunction } from './bundled-function.ts';

/** A dead letter is told of within two minutes, and what is to be deleted goes on as soon. */
const EVERY = Duration.minutes(1);

export interface EachMinuteProps {
  readonly settings: Settings;
  /** What the rule is called within the deployment. */
  readonly name: string;
  readonly description: string;
  readonly wakes: BundledFunction;
}

/**
 * What wakes a function again and again. A run that fails is not tried again, and its event is kept nowhere: the next one comes in a
 * minute and does the same work. That they fail is the function's own alarm to tell.
 */
export class EachMinute extends Construct {
  constructor(scope: Construct, id: string, { settings, name, description, wakes }: EachMinuteProps) {
    super(scope, id);
    wakes.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    new Rule(this, 'Schedule', {
      ruleName: nameOf(settings, name),
      description,
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(wakes.function)],
    });
  }
}
