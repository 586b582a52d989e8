import type { QueueSpec } from '../../topology/topology.ts';
import type { Database } from '../store/database.ts';
import { bells } from './bells.ts';
import { sqsError } from './errors.ts';
import { asUuid } from './identifiers.ts';
import { openMoveTasks } from './move-tasks.ts';
import { openRegistry } from './queue-registry.ts';
import type { Depth, Queue, QueueStore } from './queues.ts';
import { readReceipt } from './receipt.ts';
import { takeMessages } from './receive.ts';

export interface QueueStoreOptions {
  readonly db: Database;
  readonly specs: readonly QueueSpec[];
  readonly now: () => number;
  readonly newId: () => string;
}

/** How often time is looked at where nobody receives. A visibility that ended within it before a crash counts as not ended. */
const SWEEP_MS = 1_000;

/** Throws an Error when a queue's dead letters would go to a queue that is not there. */
export function openQueues({ db, specs, now, newId }: QueueStoreOptions): QueueStore {
  const registry = openRegistry(db, specs);
  const { ring, waitForRing, ringAll } = bells();
  const moves = openMoveTasks({ db, registry, now, newId, onMoved: ring });
  const dropExpired = ({ arn, retentionSeconds }: Queue): void => {
    db.run('DELETE FROM message WHERE queue = ? AND sent_ms <= ?', arn, now() - retentionSeconds * 1000);
  };
  const sweep = (): void => {
    try {
      db.run(END_RECEIVES, now());
      for (const queue of registry.all()) dropExpired(queue);
    } catch {
      // A full or failing disk: the next sweep finds the same.
    }
  };
  const sweeping = setInterval(sweep, SWEEP_MS).unref();

  return {
    registry,
    moves,
    ring,
    async receive(arn, { max, waitMs, signal, visibilitySeconds }) {
      const until = now() + waitMs;
      while (signal?.aborted !== true) {
        const queue = registry.byArn(arn);
        dropExpired(queue);
        const found = takeMessages(db, queue, {
          max,
          visibilitySeconds: visibilitySeconds ?? queue.visibilityTimeoutSeconds,
          time: now(),
          newId,
          onMoved: ring,
        });
        const next = db.one<{ at: number | null }>(NEXT, arn)?.at;
        const pauseMs = Math.min(until, next ?? until) - now();
        if (found.length > 0 || until <= now()) return found;
        await waitForRing(arn, Math.max(pauseMs, 1), signal);
      }
      return [];
    },
    delete(arn, handle) {
      const { id, nonce } = readReceipt(handle, registry.byArn(arn).name);
      db.run('DELETE FROM message WHERE queue = ? AND id = ? AND receipt = ?', arn, id, nonce);
    },
    changeVisibility(arn, handle, seconds) {
      const { id, nonce } = readReceipt(handle, registry.byArn(arn).name);
      const row = db.one<{ visible_ms: number }>(RECEIVED, arn, id, nonce);
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
      db.run(SHOW_AGAIN, time + seconds * 1000, seconds === 0 ? 1 : 0, id);
      ring(arn);
    },
    releaseAll() {
      db.run(RELEASE, now());
      ringAll();
    },
    depth(arn) {
      dropExpired(registry.byArn(arn));
      return db.one<Depth>(DEPTH, now(), now(), now(), arn) ?? { visible: 0, inFlight: 0, delayed: 0 };
    },
    insert(arn, { body, sender, attributes = {}, delaySeconds }) {
      const [queue, messageId, time] = [registry.byArn(arn), asUuid(newId()), now()];
      const visibleMs = time + (delaySeconds ?? queue.delaySeconds) * 1000;
      db.run(INSERT, arn, messageId, body, JSON.stringify(attributes), sender, time, visibleMs);
      return { messageId };
    },
    purge(arn) {
      db.run('DELETE FROM message WHERE queue = ?', registry.byArn(arn).arn);
    },
    close() {
      clearInterval(sweeping);
      moves.close();
    },
  };
}

const INSERT =
  'INSERT INTO message (queue, message_id, body, attributes, sender, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?, ?)';
const NEXT = 'SELECT min(visible_ms) AS at FROM message WHERE queue = ?';
const RECEIVED = 'SELECT visible_ms FROM message WHERE queue = ? AND id = ? AND receipt = ?';
const SHOW_AGAIN = 'UPDATE message SET visible_ms = ?, handled = ? WHERE id = ?';
/** Receives that came to nothing while everything ran: `handled` keeps the next start from uncounting them. */
const END_RECEIVES =
  'UPDATE message SET handled = 1 WHERE receipt IS NOT NULL AND handled = 0 AND visible_ms <= ?';
const RELEASE = `UPDATE message SET visible_ms = ?, receive_count = receive_count - 1, receipt = NULL,
  first_received_ms = iif(receive_count = 1, NULL, first_received_ms) WHERE receipt IS NOT NULL AND handled = 0`;
const DEPTH = `SELECT count(*) FILTER (WHERE visible_ms <= ?) AS visible,
  count(*) FILTER (WHERE visible_ms > ? AND receipt IS NOT NULL) AS inFlight,
  count(*) FILTER (WHERE visible_ms > ? AND receipt IS NULL) AS delayed FROM message WHERE queue = ?`;
