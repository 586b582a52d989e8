import { parseArgs } from 'node:util';
import { lacksForCeph, startCeph } from './ceph.ts';
import { GROUPS, isGroup, runGroup } from './groups.ts';
import { hasFailed, writeReport } from './report.ts';
import type { Outcome } from './run.ts';
import { REGION, type Target } from './target.ts';

/**
 * `npm run conformance [-- --only s3|sqs|clients] [--case <beginning of an id>] [--json]` against our own endpoint,
 * `--against ceph` against a Ceph that is started for it, or `--endpoint URL --access-key K --secret-key S [--region R] [--as NAME]`
 * against any other, whose known differences are those of NAME. Exit 1 when a case failed for no known reason.
 */
const USAGE =
  'usage: npm run conformance -- [--only s3|sqs|clients] [--case ID] [--json] [--against ceph | --endpoint URL --access-key K --secret-key S [--region R] [--as NAME]]';

const values = readOptions();

async function main(): Promise<number> {
  const { only } = values;
  if ((only !== undefined && !isGroup(only)) || !['darkroom', 'ceph'].includes(values.against)) {
    console.error(USAGE);
    return 2;
  }
  const lacks = values.against === 'ceph' ? lacksForCeph() : [];
  if (lacks.length > 0) {
    console.log(
      `skipped: a Ceph needs ${lacks.join(', ')} (Debian: radosgw ceph-mon ceph-osd ceph-base ceph-common)`,
    );
    return 0;
  }
  const target = await open();
  if (target === undefined) {
    console.error(USAGE);
    return 2;
  }
  const groups: Record<string, readonly Outcome[]> = {};
  try {
    // Ceph has S3 alone.
    const own = target.implementation === 'ceph' ? GROUPS.filter((name) => name !== 'sqs') : GROUPS;
    for (const name of only === undefined ? own : [only]) {
      groups[name] = await runGroup(name, target, values.case);
    }
  } finally {
    await target.close();
  }
  console.log(values.json ? JSON.stringify(groups) : writeReport(groups));
  return hasFailed(groups) ? 1 : 0;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        case: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        against: { type: 'string', default: 'darkroom' },
        endpoint: { type: 'string' },
        'access-key': { type: 'string' },
        'secret-key': { type: 'string' },
        region: { type: 'string', default: REGION },
        as: { type: 'string', default: 'other' },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

async function open(): Promise<Target | undefined> {
  const { endpoint, region, 'access-key': accessKeyId, 'secret-key': secretAccessKey, as } = values;
  if (endpoint === undefined) {
    return values.against === 'ceph' ? startCeph() : (await import('./own.ts')).startOwn();
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { implementation: as, endpoint, region, accessKeyId, secretAccessKey, close: async () => {} };
}

process.exitCode = await main();
