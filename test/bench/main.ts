import { parseArgs } from 'node:util';
import type { Measured } from './pairs.ts';
import { writeTable } from './table.ts';

/** `npm run bench -- <suite> [--json] [--pairs N]`: a suite is a file beside this one that exports `measure`. */
const SUITES = {
  api: async () => (await import('./api/suite.ts')).measure,
  engine: async () => (await import('./engine/suite.ts')).measure,
  store: async () => (await import('./store/suite.ts')).measure,
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, pairs: { type: 'string', default: '7' } },
});
const [name = 'engine'] = positionals;
const pairs = Number(values.pairs);
if (!Object.hasOwn(SUITES, name) || !Number.isInteger(pairs) || pairs < 1) {
  console.error(`usage: npm run bench -- ${Object.keys(SUITES).join('|')} [--json] [--pairs N]`);
  process.exit(2);
}
const measure = await SUITES[name as keyof typeof SUITES]();
const rows: Measured[] = [];
for await (const row of measure(pairs)) {
  rows.push(row);
  if (!values.json) console.error(`measured ${row.id}: ${row.what}`);
}
console.log(values.json ? JSON.stringify({ rows }) : writeTable(rows));
