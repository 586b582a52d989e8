import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdk from '../cdk.json' with { type: 'json' };
import project from '../package.json' with { type: 'json' };
import { bundledCode, linkModules } from './bundle.ts';
import { commitOf } from './commit.ts';
import { compose } from './compose.ts';
import { readSettings, type Said } from './settings.ts';

/**
 * Synthesizes one deployment into the folder that the CDK CLI names, or `outdir`, which it returns. `prepare` may add to the app what is to
 * look at it. Throws an Error when the settings or the templates are wrong.
 */
export function synthesize(said: Said = {}, outdir?: string, prepare?: (app: App) => void): string {
  // A run without the CDK CLI does not see cdk.json: given here, the flags are the same for both.
  const app = new App({ context: { ...cdk.context, ...said }, ...(outdir && { outdir }) });
  const settings = readSettings(app.node.getAllContext());
  const { target, arch, commit = commitOf(import.meta.dirname) } = settings;
  if (target === 'here') linkModules(app.outdir);
  compose(app, {
    settings,
    version: commit ? `${project.version}+${commit}` : project.version,
    code: (name) => bundledCode({ name, target, arch, folder: join(app.outdir, 'bundles') }),
  });
  prepare?.(app);
  return app.synth().directory;
}

if (import.meta.main) synthesize();
