import type { Outcome } from './run.ts';

const ENDINGS = ['passed', 'differs', 'skipped', 'failed'] as const;

/** A Markdown table of how many ended how, and below it each case that did not pass. */
export function writeReport(groups: Readonly<Record<string, readonly Outcome[]>>): string {
  const counts = Object.entries(groups).map(([name, outcomes]) => [
    name,
    ...ENDINGS.map((ending) => outcomes.filter(({ ended }) => ended === ending).length),
  ]);
  const others = Object.values(groups)
    .flat()
    .filter(({ ended }) => ended !== 'passed')
    .sort((a, b) => ENDINGS.indexOf(a.ended) - ENDINGS.indexOf(b.ended));
  return [
    ...[['cases', ...ENDINGS], ENDINGS.map(() => '---').concat('---'), ...counts].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
    ...(others.length > 0 ? [''] : []),
    ...others.map(({ id, what, ended, why }) => `- ${ended} **${id}** (${what}): ${why}`),
  ].join('\n');
}

export function hasFailed(groups: Readonly<Record<string, readonly Outcome[]>>): boolean {
  return Object.values(groups).some((outcomes) => outcomes.some(({ ended }) => ended === 'failed'));
}
