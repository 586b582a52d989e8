import { sqsError } from './errors.ts';
import { writeHandle } from './identifiers.ts';
import { type MoveTaskRow, type MoveTasksOptions, moveSome } from './move-some.ts';

/** Moves what lies in a dead-letter queue back to where it came from, or to another queue, while everything else goes on. */
export interface MoveTasks {
  /** Returns the task's handle. Throws UnsupportedOperation while another task empties the same queue. */
  start(task: NewMoveTask): string;
  /** The newest first. */
  list(source: string, max: number): readonly MoveTaskRow[];
  /** Returns how many messages it had moved. Throws ResourceNotFoundException, or UnsupportedOperation when it has ended. */
  cancel(handle: string): number;
  /** Tasks that run go on with the next start. */
  close(): void;
}

export interface NewMoveTask {
  /** ARN of a dead-letter queue. */
  readonly source: string;
  /** @default where each message came from */
  readonly destination?: string | undefined;
  /** @default as fast as it goes */
  readonly perSecond?: number | undefined;
}

/** As many as ListMessageMoveTasks ever tells. */
const KEPT_TASKS = 10;
/** After what no task is to blame for, such as a full disk. */
const RETRY_MS = 1_000;

/** A task is a row, and each of its steps one transaction with the messages that it moves: a start goes on where the last one ended. */
export function openMoveTasks(options: MoveTasksOptions): MoveTasks {
  const { db, now, newId } = options;
  const timers = new Map<number, NodeJS.Timeout>();
  const later = (id: number, ms: number): void => void timers.set(id, setTimeout(run, ms, id).unref());
  const run = (id: number): void => {
    timers.delete(id);
    try {
      const pauseMs = moveSome(options, id);
      if (pauseMs !== undefined) later(id, pauseMs);
    } catch {
      later(id, RETRY_MS);
    }
  };
  for (const { id } of [...db.each<MoveTaskRow>("SELECT * FROM move_task WHERE status = 'RUNNING'")])
    later(id, 0);

  return {
    start({ source, destination = null, perSecond = null }) {
      if (db.one("SELECT 1 FROM move_task WHERE source = ? AND status = 'RUNNING'", source) !== undefined) {
        const rule = 'Only one active task is allowed for a source queue arn at a given time.';
        throw sqsError('UnsupportedOperation', `There is already a task running. ${rule}`);
      }
      const handle = writeHandle(newId(), source);
      const time = now();
      const row = db.transaction(() => {
        db.run(FORGET, source, source, KEPT_TASKS - 1);
        return db.one<MoveTaskRow>(START, handle, source, destination, perSecond, time, source, time);
      });
      if (row) later(row.id, 0);
      return handle;
    },
    list: (source, max) => [
      ...db.each<MoveTaskRow>(
        'SELECT * FROM move_task WHERE source = ? ORDER BY id DESC LIMIT ?',
        source,
        max,
      ),
    ],
    cancel(handle) {
      const task = db.one<MoveTaskRow>('SELECT * FROM move_task WHERE handle = ?', handle);
      if (task === undefined) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      if (task.status !== 'RUNNING') {
        throw sqsError(
          'UnsupportedOperation',
          `Only active tasks can be cancelled; this one is ${task.status}.`,
        );
      }
      db.run("UPDATE move_task SET status = 'CANCELLED' WHERE id = ?", task.id);
      clearTimeout(timers.get(task.id));
      timers.delete(task.id);
      return task.moved;
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

const FORGET = `DELETE FROM move_task WHERE source = ? AND id NOT IN
  (SELECT id FROM move_task WHERE source = ? ORDER BY id DESC LIMIT ?)`;
const START = `INSERT INTO move_task (handle, source, destination, per_second, status, started_ms, to_move)
  SELECT ?, ?, ?, ?, 'RUNNING', ?, count(*) FROM message WHERE queue = ? AND visible_ms <= ? RETURNING *`;
