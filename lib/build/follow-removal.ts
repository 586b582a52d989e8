import type { SourceVersion, Subject } from '../pipeline/log-row.ts';
import { planOutputs } from '../pipeline/plan.ts';
import type { Deps } from './deps.ts';
import { endWithout, type Journal } from './journal.ts';
import { buildAgain, removeOrphans } from './settle.ts';

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
  if ((await deps.input.current(version.key)) === undefined) removed = await removeOrphans(deps, version);
  const current = await deps.input.current(version.key);
  const back = current && { ...version, versionId: current.versionId };
  const standing = back === undefined || (await outputsStand(deps, back));
  if (back !== undefined && !standing) await buildAgain(deps, back);
  const code = standing && removed === 0 ? 'SKIPPED' : 'DELETED';
  await endWithout(journal, code, tell(version.key, back !== undefined, standing, removed));
}

async function outputsStand(deps: Deps, version: SourceVersion): Promise<boolean> {
  const plan = planOutputs({ kind: 'upload', version });
  const standing = await Promise.all(plan.map(({ key }) => deps.output.head(key)));
  return standing.every((it) => it?.provenance?.source.versionId === version.versionId);
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
