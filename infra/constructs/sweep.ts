import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import type { BundledFunction } from './bundled-function.ts';

/** A dead letter is told of within two minutes. */
const EVERY = Duration.minutes(1);

export interface SweepProps {
  readonly settings: Settings;
  readonly sweep: BundledFunction;
}

/**
 * What wakes the sweep. A run that fails is not tried again, and its event is kept nowhere: the next one comes in a minute and does the same
 * work. That they fail is the alarm sweep-errors' to tell.
 */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, { settings, sweep }: SweepProps) {
    super(scope, id);
    sweep.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    new Rule(this, 'Schedule', {
      ruleName: nameOf(settings, 'sweep'),
      description: 'Looks for work that nobody does.',
      schedule: Schedule.rate(EVERY),
      targets: [new LambdaFunction(sweep.function)],
    });
  }
}
