import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';
import { JOURNEYS, type Journey, PICTURE } from './journeys.ts';
import { type Meter, type Reading, startMeter } from './meter.ts';
import { type Bill, bill, type Usage } from './price.ts';

/** The first of each compile what is compiled once. */
const WARM_UP = 4;
/** An acknowledgement, and what a function does behind its answer, comes a moment after. */
const SETTLE_MS = 500;

/**
 * `npm run bench -- cost`: what one picture takes on each way, counted on the one-machine runtime, and what a million of them cost by the price
 * list in `prices.ts`. Two tables in Markdown, which docs/cost.md keeps.
 */
export async function report(pictures: number): Promise<string> {
  const meter = startMeter();
  const darkroom = await startDarkroom({
    observe: meter.observe,
    log: meter.log,
    context: { maxConcurrency: '2' },
  });
  try {
    const used: [string, Usage][] = [];
    for (const journey of Object.values(JOURNEYS)) {
      used.push([journey.what, await measure(darkroom, meter, journey, pictures)]);
      console.error(`measured: ${journey.what}`);
    }
    const memory = darkroom.runtime.topology.functions.map(
      ({ name, memoryMb }) => [name.replace('darkroom-', ''), memoryMb] as const,
    );
    const bills = used.map(([what, usage]) => [what, bill(usage, Object.fromEntries(memory))] as const);
    return [table(used.map(([what, it]) => [what, countsOf(it)])), table(bills.map(withSum))].join('\n\n');
  } finally {
    await darkroom.close();
  }
}

async function measure(
  darkroom: TestDarkroom,
  meter: Meter,
  journey: Journey,
  pictures: number,
): Promise<Usage> {
  const picture = readFileSync(PICTURE);
  const names = Array.from({ length: WARM_UP + pictures }, (_, n) => `photo-${n}`);
  for (const name of names.slice(0, WARM_UP)) await journey.run(darkroom, picture, name);
  await sleep(SETTLE_MS);
  const before = await meter.read(darkroom.runtime);
  for (const name of names.slice(WARM_UP)) await journey.run(darkroom, picture, name);
  await sleep(SETTLE_MS);
  return usageOf(journey, before, await meter.read(darkroom.runtime), pictures);
}

function usageOf({ invocations, own }: Journey, before: Reading, after: Reading, pictures: number): Usage {
  const each = (now: number, then = 0): number => (now - then) / pictures;
  const difference = (key: 'calls' | 'cpuMs'): [string, number][] =>
    Object.entries(after[key])
      .map(([name, now]): [string, number] => [name, each(now, before[key][name])])
      .filter(([, count]) => count > 0);
  const clients = Object.entries(own).map(([operation, count]) => [`client ${operation}`, count] as const);
  return {
    calls: Object.fromEntries([...clients, ...difference('calls')]),
    cpuMs: Object.fromEntries(difference('cpuMs')),
    invocations,
    messages: invocations.process ?? 0,
    requests: (invocations.api ?? 0) + (invocations.render ?? 0),
    writeUnits: each(after.writeUnits, before.writeUnits),
    logBytes: each(after.logBytes, before.logBytes),
  };
}

function countsOf({ calls, cpuMs, writeUnits, logBytes }: Usage): Readonly<Record<string, number>> {
  const named = (of: Readonly<Record<string, number>>, unit: string): [string, number][] =>
    Object.entries(of).map(([name, count]) => [`${name}${unit}`, count]);
  return Object.fromEntries([
    ...named(calls, ''),
    ...named(cpuMs, ', CPU ms'),
    ['write units', writeUnits],
    ['log bytes', logBytes],
  ]);
}

function withSum([what, costs]: readonly [string, Bill]): [string, Bill] {
  const total = Object.values(costs).reduce((sum, it) => sum + it, 0);
  return [what, { ...costs, 'in all': total }];
}

/** A column for each way, a row for each thing that any of them takes. */
function table(columns: readonly (readonly [what: string, Readonly<Record<string, number>>])[]): string {
  const names = [...new Set(columns.flatMap(([, of]) => Object.keys(of)))];
  const rows = names.map((name) => [name, ...columns.map(([, of]) => tell(of[name] ?? 0))]);
  const lines = [['', ...columns.map(([what]) => what)], columns.map(() => '---:'), ...rows];
  lines[1]?.unshift('---');
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function tell(count: number): string {
  if (count === 0) return '·';
  return count < 10 ? String(Number(count.toFixed(2))) : String(Math.round(count));
}
