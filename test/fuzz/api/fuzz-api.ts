import { Agent, request } from 'node:http';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { inParallel } from '../../../lib/in-parallel.ts';
import { misdescribed } from '../../support/openapi.ts';
import { detail } from '../../support/pictures.ts';
import { createRandom } from '../../support/simulation/scheduler.ts';
import { type Document, type FuzzRequest, requestOf } from './requests.ts';

export interface FuzzOptions {
  readonly apiUrl: string;
  /** An admin's. */
  readonly authorization: string;
  readonly seed: number;
  readonly from: number;
  readonly runs: number;
  /** Told now and then how many requests were answered. */
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly byStatus: Readonly<Record<number, number>>;
  /** What no request may lead to, with the number of the run that did. */
  readonly faults: readonly string[];
  readonly slowestMs: number;
}

/** Requests at once: as many as one machine has sandboxes to answer them. */
const WIDTH = 4;

/**
 * Sends requests made from the OpenAPI document, each by its seed and number alone. A 5xx, a connection that breaks, or a JSON answer that
 * is not as the document says is a fault.
 */
export async function fuzzApi({
  apiUrl,
  authorization,
  seed,
  from,
  runs,
  onProgress,
}: FuzzOptions): Promise<FuzzReport> {
  const document = openApiDocument({ version: '0', baseUrl: apiUrl }) as unknown as Document;
  const pictures = [await (await detail()).png().toBuffer(), await (await detail()).jpeg().toBuffer()];
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
  const byStatus: Record<number, number> = {};
  const faults: string[] = [];
  let [slowestMs, done] = [0, 0];

  async function run(number: number): Promise<void> {
    const sent = requestOf(document, pictures, createRandom(Math.imul(seed, 1_000_003) + number));
    const startedAt = performance.now();
    const fault = await send({ ...sent, headers: { authorization, ...sent.headers } }).then(
      (answer) => {
        byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
        return faultOf(sent, answer);
      },
      (error: unknown) => String(error),
    );
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    if (fault !== undefined)
      faults.push(`--from ${number} --runs 1: ${sent.method} ${sent.target.slice(0, 300)}: ${fault}`);
    done += 1;
    if (done % 1_000 === 0) onProgress?.(done);
  }

  function send({ method, target, headers, body }: FuzzRequest): Promise<Received> {
    const { hostname, port } = new URL(apiUrl);
    const base = new URL(apiUrl).pathname.replace(/\/$/, '');
    return new Promise((resolve, reject) => {
      const length = { 'content-length': body.length };
      const options = {
        agent,
        hostname,
        port,
        method,
        path: base + target,
        headers: { ...headers, ...length },
      };
      const sending = request(options, async (response) => {
        const chunks: Buffer[] = (await response.toArray().catch(reject)) ?? [];
        const contentType = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks).toString() });
      });
      sending.on('error', reject).end(body);
    });
  }

  await inParallel(
    Array.from({ length: runs }, (_, i) => from + i),
    WIDTH,
    run,
  );
  agent.destroy();
  return { byStatus, faults, slowestMs };
}

interface Received {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

function faultOf(
  { method, target }: FuzzRequest,
  { status, contentType, body }: Received,
): string | undefined {
  if (status >= 500) return `${status} ${body.slice(0, 300)}`;
  if (method === 'HEAD' || !/^application\/(problem\+)?json/.test(contentType)) return undefined;
  return misdescribed({ method, target, status, contentType, body: JSON.parse(body) });
}
