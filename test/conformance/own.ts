import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEndpoint } from '../../infra/local/aws/endpoint.ts';
import { REGION, type Target } from './target.ts';

/** Our own endpoint over a temporary folder: no buckets, no queues. */
export async function startOwn(): Promise<Target> {
  const home = await mkdtemp(join(tmpdir(), 'darkroom-conformance-'));
  const [accessKeyId, secretAccessKey] = ['conformance', 'a secret/with+signs'];
  const endpoint = await startEndpoint({
    ...{ home, host: '127.0.0.1', port: 0, region: REGION, accountId: '000000000000' },
    accessKeys: new Map([[accessKeyId, secretAccessKey]]),
    buckets: [],
    queues: [],
    log: (line) => console.error(JSON.stringify(line)),
  });
  return {
    ...{ implementation: 'darkroom', endpoint: endpoint.url, region: REGION, accessKeyId, secretAccessKey },
    async close() {
      await endpoint.close();
      await rm(home, { recursive: true });
    },
  };
}
