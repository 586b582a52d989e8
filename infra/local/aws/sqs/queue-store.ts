import type { QueueSpec } from '../../topology/topology.ts';
import type { Database } from '../store/database.ts';
import { bells } from './bells.ts';
import { sqsError } from './errors.ts';
import type { Depth, QueueStore } from './queues.ts';
import { readReceipt } from './receipt.ts';
import { type MessageRow, takeMessages } from './receive.ts';

export interface QueueStoreOptions {
  readonly db: Database;
  readonly specs: readonly QueueSpec[];
  readonly now: () => number;
  readonly newId: () => string;
}

/** Throws an Error when a queue's dead letters would go to a queue that is not there. */
export function openQueues({ db, specs, now, newId }: QueueStoreOptions): QueueStore {
  const byArn = new Map(specs.map((spec) => [spec.arn, spec]));
  for (const { name, redrive } of specs) {
    if (redrive && !byArn.has(redrive.deadLetterArn)) {
      throw new Error(`Queue ${name} gives up to ${redrive.deadLetterArn}, and there is no such queue`);
    }
  }
  const { ring, waitForRing, ringAll } = bells();
  const specOf = (arn: string): QueueSpec => {
    const spec = byArn.get(arn);
    if (spec) return spec;
    throw sqsError('QueueDoesNotExist', `The specified queue ${arn} does not exist.`);
  };
  const dropExpired = ({ arn, retentionSeconds }: QueueSpec): void => {
    db.run('DELETE FROM message WHERE queue = ? AND sent_ms <= ?', arn, now() - retentionSeconds * 1000);
  };

  return {
    specs,
    ring,
    async receive(arn, { max, waitMs, signal, visibilitySeconds }) {
      const spec = specOf(arn);
      const until = now() + waitMs;
      while (signal?.aborted !== true) {
        dropExpired(spec);
        const found = takeMessages(db, spec, {
          max,
          visibilitySeconds: visibilitySeconds ?? spec.visibilityTimeoutSeconds,
          time: now(),
          newId,
          onMoved: ring,
        });
        const next = db.one<{ at: number | null }>(
          'SELECT min(visible_ms) AS at FROM message WHERE queue = ?',
          arn,
        )?.at;
        const pauseMs = Math.min(until, next ?? until) - now();
        if (found.length > 0 || until <= now()) return found;
        await waitForRing(arn, Math.max(pauseMs, 1), signal);
      }
      return [];
    },
    delete(arn, handle) {
      const { id, nonce } = readReceipt(handle, specOf(arn).name);
      db.run('DELETE FROM message WHERE queue = ? AND id = ? AND receipt = ?', arn, id, nonce);
    },
    changeVisibility(arn, handle, seconds) {
      const { id, nonce } = readReceipt(handle, specOf(arn).name);
      const row = db.one<MessageRow>(
        'SELECT * FROM message WHERE queue = ? AND id = ? AND receipt = ?',
        arn,
        id,
        nonce,
      );
      if (row === undefined) {
        const reason = 'Message does not exist or is not available for visibility timeout change.';
        throw sqsError(
          'InvalidParameterValue',
          `Value ${handle} for parameter ReceiptHandle is invalid. Reason: ${reason}`,
        );
      }
      const time = now();
      if (row.visible_ms <= time)
        throw sqsError('MessageNotInflight', 'The specified message is not in flight.');
      db.run(
        'UPDATE message SET visible_ms = ?, handled = ? WHERE id = ?',
        time + seconds * 1000,
        seconds === 0 ? 1 : 0,
        id,
      );
      ring(arn);
    },
    releaseAll() {
      db.run(RELEASE, now());
      ringAll();
    },
    depth(arn) {
      dropExpired(specOf(arn));
      return db.one<Depth>(DEPTH, now(), now(), now(), arn) ?? { visible: 0, inFlight: 0, delayed: 0 };
    },
    insert(arn, { body, sender, attributes = {}, delaySeconds }) {
      const [spec, messageId, time] = [specOf(arn), asUuid(newId()), now()];
      const visibleMs = time + (delaySeconds ?? spec.delaySeconds) * 1000;
      db.run(INSERT, arn, messageId, body, JSON.stringify(attributes), sender, time, visibleMs);
      return { messageId };
    },
    purge(arn) {
      db.run('DELETE FROM message WHERE queue = ?', specOf(arn).arn);
    },
  };
}

const INSERT =
  'INSERT INTO message (queue, message_id, body, attributes, sender, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?, ?)';
const RELEASE = `UPDATE message SET visible_ms = ?, receive_count = receive_count - 1, receipt = NULL,
  first_received_ms = iif(receive_count = 1, NULL, first_received_ms) WHERE receipt IS NOT NULL AND handled = 0`;
const DEPTH = `SELECT count(*) FILTER (WHERE visible_ms <= ?) AS visible,
  count(*) FILTER (WHERE visible_ms > ? AND receipt IS NOT NULL) AS inFlight,
  count(*) FILTER (WHERE visible_ms > ? AND receipt IS NULL) AS delayed FROM message WHERE queue = ?`;

function asUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
