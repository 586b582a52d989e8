import { createHash } from 'node:crypto';
import type { Database } from '../store/database.ts';
import type { Queue, ReceivedMessage } from './queues.ts';
import { writeReceipt } from './receipt.ts';

export interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string;
  readonly sender: string;
  readonly sent_ms: number;
  readonly visible_ms: number;
  readonly receive_count: number;
  readonly first_received_ms: number | null;
  /** The queue that gave the message up; null for one that was sent to where it lies. */
  readonly origin: string | null;
}

export interface Taking {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly time: number;
  readonly newId: () => string;
  /** Told of a dead-letter queue that got a message. */
  readonly onMoved: (queueArn: string) => void;
}

const DUE = `SELECT message.*, origin.queue AS origin FROM message LEFT JOIN origin ON origin.message = message.id
  WHERE message.queue = ? AND visible_ms <= ? ORDER BY visible_ms, message.id LIMIT 1`;
const TAKE = `UPDATE message SET visible_ms = ?, receive_count = receive_count + 1,
  first_received_ms = coalesce(first_received_ms, ?), receipt = ?, handled = 0 WHERE id = ?`;
/** To the dead-letter queue: the time of sending stays (retention counts from it), the receives begin anew. */
const MOVE = `UPDATE message SET queue = ?, visible_ms = ?, receive_count = 0, first_received_ms = NULL, receipt = NULL, handled = 0
  WHERE id = ?`;
const KEEP_ORIGIN = 'INSERT OR REPLACE INTO origin (message, queue) VALUES (?, ?)';

/** Takes what is visible. A message that was received as often as it may be goes to the dead-letter queue instead. */
export function takeMessages(db: Database, queue: Queue, taking: Taking): ReceivedMessage[] {
  const { max, visibilitySeconds, time, newId, onMoved } = taking;
  if (db.one(DUE, queue.arn, time) === undefined) return [];
  return db.transaction((afterCommit) => {
    const received: ReceivedMessage[] = [];
    while (received.length < max) {
      const row = db.one<MessageRow>(DUE, queue.arn, time);
      if (row === undefined) break;
      if (queue.redrive && row.receive_count >= queue.redrive.maxReceiveCount) {
        const { deadLetterArn } = queue.redrive;
        db.run(MOVE, deadLetterArn, time, row.id);
        db.run(KEEP_ORIGIN, row.id, queue.arn);
        afterCommit(() => onMoved(deadLetterArn));
        continue;
      }
      const nonce = newId();
      const visibleMs = Math.max(time + visibilitySeconds * 1000, time + 1);
      db.run(TAKE, visibleMs, time, nonce, row.id);
      received.push(asReceived(row, writeReceipt({ queue: queue.name, id: row.id, nonce }), time));
    }
    return received;
  });
}

function asReceived(row: MessageRow, receiptHandle: string, time: number): ReceivedMessage {
  return {
    messageId: row.message_id,
    receiptHandle,
    body: row.body,
    md5OfBody: createHash('md5').update(row.body).digest('hex'),
    attributes: {
      ApproximateReceiveCount: String(row.receive_count + 1),
      SentTimestamp: String(row.sent_ms),
      ApproximateFirstReceiveTimestamp: String(row.first_received_ms ?? time),
      SenderId: row.sender,
      ...(row.origin !== null && { DeadLetterQueueSourceArn: row.origin }),
    },
    messageAttributes: JSON.parse(row.attributes),
  };
}
