import type { NewOutput, StandingOutput } from '../store/output-bucket.ts';
import type { Deps } from './deps.ts';

/**
 * Writes each output over what stands under its key, by compare-and-swap; what a worker before wrote already is left.
 * Returns whether an output of another version was replaced. Throws an Error, to be tried again, when others keep being quicker.
 */
export async function writeOutputs(
  { output }: Pick<Deps, 'output'>,
  outputs: readonly NewOutput[],
): Promise<boolean> {
  const replaced = await Promise.all(outputs.map((one) => swapIn(output, one)));
  return replaced.includes(true);
}

/** Each lost swap means that another worker's went in: more than a few in a row is a fault, not a race. */
const MAX_SWAPS = 8;

async function swapIn(bucket: Deps['output'], output: NewOutput): Promise<boolean> {
  let standing: StandingOutput | undefined;
  for (let swaps = 0; swaps < MAX_SWAPS; swaps += 1) {
    if (standing !== undefined && isSame(standing, output)) return false;
    if (await bucket.write(output, standing)) return standing !== undefined;
    standing = await bucket.head(output.key);
  }
  throw new Error(`${output.key} changed ${MAX_SWAPS} times while it was being written`);
}

/** ETags tell bytes apart, not metadata: the same bytes of another version are still that version's output. */
function isSame({ provenance }: StandingOutput, output: NewOutput): boolean {
  return (
    provenance?.sha256 === output.provenance.sha256 &&
    provenance.source.versionId === output.provenance.source.versionId &&
    provenance.source.key === output.provenance.source.key
  );
}
