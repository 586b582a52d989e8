import { parseArgs } from 'node:util';
import type { Measured } from './pairs.ts';
import { writeTable } from './table.ts';

/** `npm run bench -- <suite> [--json] [--pairs N]`: a suite is a file beside this one that exports `measure`. */
const SUITES = {
  api: async () => (await import('./api/suite.ts')).measure,
  cold: async () => (await import('./cold/suite.ts')).measure,
  engine: async () => (await import('./engine/suite.ts')).measure,
  store: async () => (await import('./store/suite.ts')).measure,
} as const;
/** What compares nothing: it prints tables of its own, of so many pictures each. */
const REPORTS = { cost: async () => (await import('./cost/report.ts')).report } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, pairs: { type: 'string', default: '7' } },
});
const [name = 'engine'] = positionals;
const pairs = Number(values.pairs);
if (!Object.hasOwn({ ...SUITES, ...REPORTS }, name) || !Number.isInteger(pairs) || pairs < 1) {
  const names = Object.keys({ ...SUITES, ...REPORTS }).join('|');
  console.error(`usage: npm run bench -- ${names} [--json] [--pairs N]`);
  process.exit(2);
}
if (Object.hasOwn(REPORTS, name)) {
  const report = await REPORTS[name as keyof typeof REPORTS]();
  console.log(await report(pairs));
  process.exit();
}
const measure = await SUITES[name as keyof typeof SUITES]();
const rows: Measured[] = [];
for await (const row of measure(pairs)) {
  rows.push(row);
  if (!values.json) console.error(`measured ${row.id}: ${row.what}`);
}
console.log(values.json ? JSON.stringify({ rows }) : writeTable(rows));
