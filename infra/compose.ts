import { type App, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { nameOf, type Settings } from './settings.ts';
import { DataStack } from './stacks/data-stack.ts';
import { type FunctionName, ServiceStack } from './stacks/service-stack.ts';

export interface Composition {
  readonly settings: Settings;
  /** As `GET /health` tells it. */
  readonly version: string;
  /** Where a function's code lies: a folder whose `index.mjs` exports `handler`. */
  readonly code: (name: FunctionName) => Code;
}

/** Puts both stacks of one deployment into an app. */
export function compose(app: App, { settings, version, code }: Composition): void {
  const { target, region, accountId } = settings;
  const env = target === 'here' ? { region, account: accountId } : {};
  const common = {
    settings,
    env,
    terminationProtection: target === 'aws' && settings.removalPolicy === 'retain',
  };
  const data = new DataStack(app, 'Data', { ...common, stackName: nameOf(settings, 'data') });
  new ServiceStack(app, 'Service', {
    ...common,
    version,
    data,
    code,
    stackName: nameOf(settings, 'service'),
  });
  Tags.of(app).add('stage', settings.stage);
  Tags.of(app).add('version', version);
}
