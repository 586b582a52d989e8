import { join } from 'node:path';
import { App, Tags } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import cdk from '../cdk.json' with { type: 'json' };
import project from '../package.json' with { type: 'json' };
import { bundleFunction, linkModules } from './bundle.ts';
import { nameOf, readSettings } from './settings.ts';
import { DataStack } from './stacks/data-stack.ts';
import { type FunctionName, ServiceStack } from './stacks/service-stack.ts';

// A run without the CDK CLI does not see cdk.json: given here, the flags are the same for both.
const app = new App({ context: cdk.context });
const settings = readSettings(app.node.getAllContext());
const { target, arch, region, accountId, commit } = settings;
const version = commit ? `${project.version}+${commit}` : project.version;
if (target === 'here') linkModules(app.outdir);

const code = (name: FunctionName): Code => {
  const entry = join(import.meta.dirname, '..', 'functions', name, 'handler.ts');
  const outdir = join(app.outdir, 'bundles', name);
  return Code.fromAsset(bundleFunction({ entry, target, arch, outdir }));
};
const env = target === 'here' ? { region, account: accountId } : {};
const data = new DataStack(app, 'Data', { settings, env, stackName: nameOf(settings, 'data') });
new ServiceStack(app, 'Service', {
  settings,
  env,
  version,
  data,
  code,
  stackName: nameOf(settings, 'service'),
});

Tags.of(app).add('stage', settings.stage);
Tags.of(app).add('version', version);
app.synth();
