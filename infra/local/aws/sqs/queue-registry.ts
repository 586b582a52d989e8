import type { QueueSpec } from '../../topology/topology.ts';
import type { Database } from '../store/database.ts';
import { sqsError } from './errors.ts';
import type { Queue, QueueSettings } from './queues.ts';

/** Which queues there are, and what they are set to. */
export interface QueueRegistry {
  all(): readonly Queue[];
  /** Throws QueueDoesNotExist. */
  byArn(arn: string): Queue;
  has(arn: string): boolean;
  create(queue: Pick<Queue, 'name' | 'arn'>, settings: QueueSettings): void;
  change(name: string, settings: QueueSettings): void;
  /** With its messages. Throws UnsupportedOperation for a queue of the template, and for another's dead letters. */
  remove(name: string): void;
}

/**
 * The template's queues, and those that callers made. What a caller set stays until the template says something else of that queue, as
 * a deployment would have it. Throws an Error when a queue's dead letters would go to a queue that is not there.
 */
export function openRegistry(db: Database, specs: readonly QueueSpec[]): QueueRegistry {
  for (const { name, redrive } of specs) {
    if (!redrive || specs.some(({ arn }) => arn === redrive.deadLetterArn)) continue;
    throw new Error(`Queue ${name} gives up to ${redrive.deadLetterArn}, and there is no such queue`);
  }
  const queues = new Map(load(db, specs).map((queue) => [queue.name, queue]));
  const all = (): readonly Queue[] => [...queues.values()];
  const find = (arn: string): Queue | undefined => all().find((queue) => queue.arn === arn);
  return {
    all,
    has: (arn) => find(arn) !== undefined,
    byArn(arn) {
      const queue = find(arn);
      if (queue) return queue;
      throw sqsError('QueueDoesNotExist', `The specified queue ${arn} does not exist.`);
    },
    create({ name, arn }, settings) {
      db.run('INSERT INTO queue (name, arn, settings) VALUES (?, ?, ?)', name, arn, JSON.stringify(settings));
      queues.set(name, { name, arn, ...settings });
    },
    change(name, settings) {
      const queue = queues.get(name);
      if (queue === undefined) return;
      db.run('UPDATE queue SET settings = ? WHERE name = ?', JSON.stringify(settings), name);
      queues.set(name, { name, arn: queue.arn, ...settings });
    },
    remove(name) {
      if (specs.some((spec) => spec.name === name)) {
        throw sqsError('UnsupportedOperation', `The queue ${name} belongs to the template and stays.`);
      }
      const arn = queues.get(name)?.arn ?? '';
      const user = all().find(({ redrive }) => redrive?.deadLetterArn === arn);
      if (user) {
        throw sqsError('UnsupportedOperation', `The queue ${name} takes the dead letters of ${user.name}.`);
      }
      db.transaction(() => {
        db.run('DELETE FROM message WHERE queue = ?', arn);
        db.run('DELETE FROM queue WHERE name = ?', name);
      });
      queues.delete(name);
    },
  };
}

interface QueueRow {
  readonly name: string;
  readonly arn: string;
  readonly settings: string;
}

/** What was set stays for as long as the template says what it said then; a queue that is not of the template has none. */
const DECLARE = `INSERT INTO queue (name, arn, settings, template) VALUES (?, ?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET arn = excluded.arn, template = excluded.template,
  settings = iif(queue.template IS excluded.template, queue.settings, excluded.settings)`;
const FORGET =
  'DELETE FROM queue WHERE template IS NOT NULL AND name NOT IN (SELECT value FROM json_each(?))';

function load(db: Database, specs: readonly QueueSpec[]): readonly Queue[] {
  db.transaction(() => {
    for (const { name, arn, url: _, ...settings } of specs) {
      const template = JSON.stringify(settings);
      db.run(DECLARE, name, arn, template, template);
    }
    db.run(FORGET, JSON.stringify(specs.map(({ name }) => name)));
  });
  const rows = [...db.each<QueueRow>('SELECT name, arn, settings FROM queue ORDER BY rowid')];
  const arns = new Set(rows.map(({ arn }) => arn));
  return rows.map(({ name, arn, settings }) => withoutLost({ name, arn, ...JSON.parse(settings) }, arns));
}

/** A caller's choice of a dead-letter queue that the template no longer has is void. */
function withoutLost(queue: Queue, arns: ReadonlySet<string>): Queue {
  const { redrive, ...rest } = queue;
  return redrive && arns.has(redrive.deadLetterArn) ? queue : rest;
}
