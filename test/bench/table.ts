import type { Measured } from './pairs.ts';

/** The rows as a Markdown table: what docs/performance.md keeps. */
export function writeTable(rows: readonly Measured[]): string {
  const cells = rows.map((row) =>
    'skipped' in row
      ? [row.id, row.what, '–', '', `skipped: ${row.skipped}`]
      : [
          row.id,
          row.what,
          row.ratio.toPrecision(2),
          String(row.atMost),
          row.ratio <= row.atMost ? 'yes' : 'no',
        ],
  );
  const all = [['#', 'what', 'ratio', 'at most', 'kept'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
