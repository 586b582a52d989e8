import { readFileSync } from 'node:fs';
import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { ObservedCall } from '../../../infra/local/aws/visit.ts';
import type { Runtime } from '../../../infra/local/runtime.ts';
import { CREDENTIALS } from '../../support/runtime.ts';
import { writeUnits } from './item-size.ts';

/** What has been used so far: a difference of two readings is what lay between. */
export interface Reading {
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly logBytes: number;
}

export interface Meter {
  readonly observe: (call: ObservedCall) => void;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  read(runtime: Runtime): Promise<Reading>;
}

/** A function's access key bears its name. The sweep's calls are no picture's. */
const COUNTED = ['process', 'api', 'render'];

export function startMeter(): Meter {
  const calls: Record<string, number> = {};
  let logBytes = 0;
  return {
    observe({ accessKeyId, operation }) {
      const name = functionOf(accessKeyId);
      if (name !== undefined) calls[`${name} ${operation}`] = (calls[`${name} ${operation}`] ?? 0) + 1;
    },
    log({ name, stream, text }) {
      if (stream !== 'runtime' && functionOf(String(name)) !== undefined)
        logBytes += Buffer.byteLength(String(text));
    },
    read: async (runtime) => ({
      calls: { ...calls },
      cpuMs: cpuOf(runtime),
      writeUnits: await storedUnits(runtime),
      logBytes,
    }),
  };
}

function functionOf(name: string): string | undefined {
  return COUNTED.find((it) => name === `darkroom-${it}`);
}

/** Of the processes that a function has now: those that it had before must not have ended meanwhile. */
function cpuOf({ functions }: Runtime): Record<string, number> {
  const entries = COUNTED.map((name) => {
    const pids = functions.get(`darkroom-${name}`)?.pids() ?? [];
    return [name, pids.reduce((total, pid) => total + cpuMsOf(pid), 0)] as const;
  });
  return Object.fromEntries(entries);
}

/** User and system time of a process: fields 14 and 15, in ticks of 10 ms (proc_pid_stat(5)). */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** Write units that the rows of the table have taken, if each was written once. */
async function storedUnits({ awsUrl, config }: Runtime): Promise<number> {
  const dynamo = new DynamoDBClient({ endpoint: awsUrl, region: 'us-east-1', credentials: CREDENTIALS });
  let units = 0;
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const scan = new ScanCommand({ TableName: config.tableName, ExclusiveStartKey: from });
    const page: ScanCommandOutput = await dynamo.send(scan);
    for (const item of page.Items ?? []) units += writeUnits(item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  dynamo.destroy();
  return units;
}
