import type { Database } from '../store/database.ts';
import { asUuid } from './identifiers.ts';
import type { QueueRegistry } from './queue-registry.ts';

export interface MoveTaskRow {
  readonly id: number;
  readonly handle: string;
  readonly source: string;
  readonly destination: string | null;
  readonly per_second: number | null;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly moved: number;
  readonly to_move: number;
  readonly started_ms: number;
  readonly reason: string | null;
}

export interface MoveTasksOptions {
  readonly db: Database;
  readonly registry: QueueRegistry;
  readonly now: () => number;
  readonly newId: () => string;
  /** Told of a queue that got messages. */
  readonly onMoved: (queueArn: string) => void;
}

/** A commit for each hundred, and a breath for everybody else between two. */
const BATCH = 100;
const BREATH_MS = 5;
/** A task that keeps to a rate moves a tenth of it at once. */
const STEPS_PER_SECOND = 10;
/** What was there when the task began: what dies again meanwhile is not moved for ever. */
const DUE = `SELECT message.id, origin.queue AS origin FROM message LEFT JOIN origin ON origin.message = message.id
  WHERE message.queue = ? AND visible_ms <= ? ORDER BY visible_ms, message.id LIMIT ?`;
/** As if sent anew: another id, another time of sending. */
const MOVE = `UPDATE message SET queue = ?, message_id = ?, sent_ms = ?, visible_ms = ?, receive_count = 0,
  first_received_ms = NULL, receipt = NULL, handled = 0 WHERE id = ?`;

/** The next step of a task, in one transaction. Returns after how many ms to go on; undefined at its end. */
export function moveSome(
  { db, registry, now, newId, onMoved }: MoveTasksOptions,
  id: number,
): number | undefined {
  return db.transaction((afterCommit) => {
    const task = db.one<MoveTaskRow>("SELECT * FROM move_task WHERE id = ? AND status = 'RUNNING'", id);
    if (task === undefined) return undefined;
    const batch = task.per_second === null ? BATCH : Math.ceil(task.per_second / STEPS_PER_SECOND);
    const due = [...db.each<{ id: number; origin: string | null }>(DUE, task.source, task.started_ms, batch)];
    const targets = due.map(({ origin }) => task.destination ?? origin);
    const stuck = targets.findIndex((target) => target === null || !registry.has(target));
    const movable = stuck < 0 ? due : due.slice(0, stuck);
    for (const [i, message] of movable.entries()) {
      db.run(MOVE, targets[i] ?? '', asUuid(newId()), now(), now(), message.id);
      db.run('DELETE FROM origin WHERE message = ?', message.id);
    }
    for (const target of new Set(targets.slice(0, movable.length))) afterCommit(() => onMoved(target ?? ''));
    const reason = stuck < 0 ? null : whyStuck(targets[stuck] ?? null);
    const status = reason !== null ? 'FAILED' : due.length < batch ? 'COMPLETED' : 'RUNNING';
    db.run(
      'UPDATE move_task SET moved = moved + ?, status = ?, reason = ? WHERE id = ?',
      movable.length,
      status,
      reason,
      id,
    );
    if (status !== 'RUNNING') return undefined;
    return task.per_second === null ? BREATH_MS : (batch / task.per_second) * 1000;
  });
}

function whyStuck(target: string | null): string {
  return target === null ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
}
