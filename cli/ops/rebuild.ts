import { parseArgs } from 'node:util';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { rebuildHours } from '../../lib/table/rebuild-hours.ts';
import { findPlace } from './place.ts';
import { runOps, showProgress } from './run-ops.ts';

const USAGE =
  'npm run rebuild -- [--stage S]\nLists again the hours that the log has rows of. Nothing else of the log is kept twice.';

await runOps(USAGE, async () => {
  const { values } = parseArgs({ options: { stage: { type: 'string' } } });
  const place = await findPlace(values.stage, process.env);
  console.log(`Rebuilding the hours of ${place.told}`);
  const hours = await rebuildHours(createDynamo(), place.tableName, (read) =>
    showProgress(`${read} items read`),
  );
  showProgress('');
  console.log(
    hours.length === 0 ? 'The log is empty.' : `${hours.length} hours, from ${hours[0]} to ${hours.at(-1)}`,
  );
});
