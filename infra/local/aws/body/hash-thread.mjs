import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/**
 * A thread that hashes for `hash-threads.ts`, which has the orders and the reports. In plain JavaScript, and without an import of ours:
 * to strip types would take this thread 20 MB.
 */
const jobs = new Map();

parentPort.on('message', ({ job, begin, from, to }) => {
  if (begin !== undefined) {
    const { algorithms, memory } = begin;
    jobs.set(job, { hashes: algorithms.map((name) => createHash(name)), bytes: Buffer.from(memory) });
    return;
  }
  const { hashes, bytes } = jobs.get(job);
  if (to !== undefined) {
    const piece = bytes.subarray(from, to);
    for (const hash of hashes) hash.update(piece);
    parentPort.postMessage({ job });
    return;
  }
  jobs.delete(job);
  parentPort.postMessage({ job, digests: hashes.map((hash) => hash.digest()) });
});
