import { join, relative } from 'node:path';
import { synthesize } from './app.ts';
import { STAGES } from './stages.ts';

/** `npm run synth`: all stages, each an assembly under `cdk.out` that `cdk deploy --app cdk.out/<stage>` takes as it is. */
const root = join(import.meta.dirname, '..');
for (const stage of Object.keys(STAGES)) {
  const began = performance.now();
  const outdir = synthesize({ stage }, join(root, 'cdk.out', stage));
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${stage}: ${relative(root, outdir)}, ${seconds} s`);
}
