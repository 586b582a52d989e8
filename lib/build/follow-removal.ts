import type { Subject } from '../pipeline/log-row.ts';
import { planOutputs } from '../pipeline/plan.ts';
import type { Deps } from './deps.ts';
import { endWithout, type Journal } from './journal.ts';
import { buildAgain, removeOrphans } from './settle.ts';
import { standing } from './standing.ts';

/**
 * Lets the outputs follow a removal. A key that has no object has no outputs, but for those whose own build removed the input.
 * Where the removal brought an older version back, its outputs are made again, unless they stand.
 */
export async function followRemoval(
  deps: Deps,
  { version }: Extract<Subject, { kind: 'removal' }>,
  journal: Journal,
): Promise<void> {
  let removed = 0;
  const seen = await deps.userFacts?.mark(version.key);
  if ((await deps.input.current(version.key)) === undefined) {
    removed = await removeOrphans(deps, version);
    // Where inputs go by themselves, an image outlives its input.
    if (!deps.deleteInput) await deps.userFacts?.forget(version.key, seen);
  }
  const current = await deps.input.current(version.key);
  const back = current && { ...version, versionId: current.versionId };
  const plan = back === undefined ? [] : planOutputs({ kind: 'upload', version: back });
  const stands = back === undefined || (await standing(deps, back, plan)).every(Boolean);
  if (back !== undefined && !stands) await buildAgain(deps, back);
  const code = stands && removed === 0 ? 'SKIPPED' : 'DELETED';
  await endWithout(journal, code, tell(version.key, back !== undefined, stands, removed));
}

function tell(key: string, isBack: boolean, standing: boolean, removed: number): string {
  if (isBack)
    return standing
      ? `${key} has its outputs`
      : `An older version of ${key} is current again: its outputs are made`;
  return removed === 0
    ? `${key} was removed; no outputs had to go`
    : `${key} was removed, and its ${removed} outputs with it`;
}
