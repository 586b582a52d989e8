import { createHash } from 'node:crypto';
import type { Deps } from '../../../lib/build/deps.ts';
import { DarkroomError } from '../../../lib/error.ts';
import type { LogRow } from '../../../lib/pipeline/log-row.ts';
import { recipeText } from '../../../lib/pipeline/plan.ts';
import type { Recipe } from '../../../lib/recipe/recipe.ts';
import type { NewOutput, StandingOutput } from '../../../lib/store/output-bucket.ts';
import type { ListedClearance } from '../../../lib/table/clearances.ts';
import type { Scheduler, Worker } from './scheduler.ts';

export interface Version {
  readonly versionId: string;
  /** Undefined for a delete marker. */
  readonly content: string | undefined;
  /** Simulated milliseconds at which it came. */
  readonly since: number;
  /** Of a delete marker: whether a clearance put it. */
  readonly isCleared?: boolean;
}

export interface QueuedMessage {
  readonly id: number;
  readonly body: string;
  receipt: string;
  receives: number;
  /** Simulated milliseconds from which it can be received. */
  visibleAt: number;
}

/** A request to delete all images. */
export interface AskedToClear {
  /** Simulated milliseconds: what comes then or later stays. */
  before: number;
  /** Versions that were current; with `purge` all that there were. */
  readonly there: readonly { readonly key: string; readonly versionId: string }[];
  readonly purge: boolean;
  /** Whether it was answered, and with which build for what was left. */
  answered?: { readonly build: string | undefined };
}

export const BUCKET = 'darkroom-input';

/** What is derived on demand. */
export const DERIVED: Recipe = { xsize: 100, format: 'jpg' };

/**
 * Both buckets, the log and the queue in memory, as strict as the real ones: versions and delete markers, conditional writes, one
 * writer per log position, visibility. Content is text; what begins with `bad` is no picture.
 */
export function createWorld(
  trace: (line: string) => void = () => undefined,
  isLost: () => boolean = () => false,
) {
  const versions = new Map<string, Version[]>();
  const outputs = new Map<string, { body: string; output: NewOutput; since: number }>();
  const log = new Map<string, LogRow[]>();
  const removedInputs = new Set<string>();
  const restored = new Set<string>();
  const messages: QueuedMessage[] = [];
  const told: NewOutput[] = [];
  const deadLetters: QueuedMessage[] = [];
  const announced = new Set<string>();
  let serial = 0;
  let now = Date.UTC(2026, 0, 1);

  const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`;
  const currentOf = (key: string): Version | undefined => {
    const top = versions.get(key)?.at(-1);
    return top?.content === undefined ? undefined : top;
  };

  function send(body: string, delayMs = 0): void {
    serial += 1;
    messages.push({ id: serial, body, receipt: '', receives: 0, visibleAt: now + delayMs });
  }

  function notify(eventName: string, key: string, versionId: string): void {
    const object = { key: encodeURIComponent(key), versionId };
    trace(`event ${eventName} ${key} ${versionId}`);
    const record = { eventSource: 'aws:s3', eventName, s3: { bucket: { name: BUCKET }, object } };
    if (!isLost()) send(JSON.stringify({ Records: [record] }));
  }

  const user = {
    put(key: string, content: string): string {
      serial += 1;
      const versionId = `v${serial}`;
      versions.set(key, [...(versions.get(key) ?? []), { versionId, content, since: now }]);
      notify('ObjectCreated:Put', key, versionId);
      return versionId;
    },
    remove(key: string, isCleared = false): string {
      serial += 1;
      const versionId = `v${serial}`;
      const marker = { versionId, content: undefined, since: now, isCleared };
      versions.set(key, [...(versions.get(key) ?? []), marker]);
      notify('ObjectRemoved:DeleteMarkerCreated', key, versionId);
      return versionId;
    },
    /** Takes any version, or delete marker, away for good. */
    purge(key: string, versionId: string): void {
      const kept = (versions.get(key) ?? []).filter((it) => it.versionId !== versionId);
      versions.set(key, kept);
      notify('ObjectRemoved:Delete', key, versionId);
    },
    /** Takes the newest version, or delete marker, away for good. */
    purgeNewest(key: string): void {
      const gone = versions.get(key)?.pop();
      restored.add(key);
      if (gone !== undefined) notify('ObjectRemoved:Delete', key, gone.versionId);
    },
  };

  /** What a worker sees; each call has a gate on both sides. */
  function depsFor(scheduler: Scheduler, worker: Worker, deleteInput: boolean, isClearing = false): Deps {
    const through = <T>(name: string, effect: () => T): Promise<T> => pass(scheduler, worker, name, effect);
    const standing = (key: string): StandingOutput | undefined => {
      const found = outputs.get(key);
      if (found === undefined) return undefined;
      const { provenance, contentType } = found.output;
      const facts = { bytes: found.body.length, contentType, lastModified: new Date(found.since) };
      return { key, etag: etagOf(found.body), provenance, ...facts };
    };
    return {
      input: {
        name: BUCKET,
        current: (key) =>
          through('input.current', () => {
            const current = currentOf(key);
            if (current?.content === undefined) return undefined;
            const { versionId, content, since } = current;
            const lastModified = new Date(inSeconds(since));
            return { versionId, etag: etagOf(content), bytes: content.length, lastModified };
          }),
        version: () => Promise.reject(new Error('process never asks for an older input')),
        read: ({ key, versionId }) =>
          through('input.read', () => {
            const found = versions.get(key)?.find((it) => it.versionId === versionId);
            return found?.content === undefined ? undefined : Buffer.from(found.content);
          }),
        remove: (key, etag) =>
          through('input.remove', () => {
            const current = currentOf(key);
            if (current?.content === undefined || etagOf(current.content) !== etag) return undefined;
            return user.remove(key, isClearing);
          }),
        put: () => Promise.reject(new Error('process never puts an input')),
        replace: () => Promise.reject(new Error('process never puts an input')),
        keys: () => Promise.reject(new Error('process never lists the input')),
        time: () => through('input.time', () => new Date(inSeconds(now))),
        check: () => Promise.resolve(),
      },
      output: {
        name: 'darkroom-output',
        head: (key) => through('output.head', () => standing(key)),
        write: (output, over) =>
          through('output.write', () => {
            if (standing(output.key)?.etag !== over?.etag) return false;
            outputs.set(output.key, { body: output.body.toString(), output, since: now });
            return true;
          }),
        remove: ({ key, etag }) =>
          through('output.remove', () => {
            if (standing(key)?.etag === etag) outputs.delete(key);
          }),
        async *list(folder) {
          const keys = await through('output.list', () =>
            [...outputs.keys()].filter((key) => key.startsWith(folder)),
          );
          yield* keys;
        },
        page: (prefix) =>
          through('output.page', () => {
            const keys = [...outputs.keys()].filter((key) => key.startsWith(prefix)).toSorted();
            return { keys, next: undefined };
          }),
        take: (key) =>
          through('output.take', () => {
            const found = standing(key);
            return found && { ...found, body: Buffer.from(outputs.get(key)?.body ?? '') };
          }),
        read: () => Promise.reject(new Error('process never reads an output')),
        signedUrl: () => Promise.reject(new Error('process signs nothing')),
        check: () => Promise.resolve(),
      },
      log: {
        read: (build) => through('log.read', () => [...(log.get(build) ?? [])]),
        last: (build) => through('log.last', () => log.get(build)?.at(-1)),
        append: (row) =>
          through('log.append', () => {
            const rows = log.get(row.build) ?? [];
            const there = rows[row.position - 1];
            if (there !== undefined) return there.nonce === row.nonce;
            if (row.position !== rows.length + 1) throw new Error(`row ${row.position} leaves a gap`);
            trace(
              `  row ${row.status} ${row.event} of ${row.build.slice(0, 4)} ${row.image} ${'code' in row ? row.code : ''}`,
            );
            log.set(row.build, [...rows, row]);
            return true;
          }),
        nameOwner: (build, owner) =>
          through('log.nameOwner', () => {
            const [first, ...rows] = log.get(build) ?? [];
            if (first?.status === 'PENDING' && first.owner === undefined)
              log.set(build, [{ ...first, owner }, ...rows]);
          }),
        release: ({ build, position, owner }) =>
          through('log.release', () => {
            const row = log.get(build)?.[position - 1];
            if (row?.status !== 'STARTED' || row.claim.owner !== owner) return;
            log.get(build)?.splice(position - 1, 1, { ...row, claim: { ...row.claim, released: true } });
          }),
        note: ({ build, position, owner }, clearing) =>
          through('log.note', () => {
            const row = log.get(build)?.[position - 1];
            if (row?.status !== 'STARTED' || row.claim.owner !== owner) return false;
            log.get(build)?.splice(position - 1, 1, { ...row, clearing });
            return true;
          }),
        markInputRemoved: ({ key, versionId }) =>
          through('log.mark', () => void removedInputs.add(`${key} ${versionId}`)),
        isInputRemoved: ({ key, versionId }) =>
          through('log.isMarked', () => removedInputs.has(`${key} ${versionId}`)),
        check: () => Promise.resolve(),
      },
      queue: {
        send: (build, request) => through('queue.send', () => send(JSON.stringify({ build, request }))),
        depth: () => Promise.reject(new Error('process counts nothing')),
        retry: () => Promise.reject(new Error('process asks for no retry')),
        hide: (receipt, seconds) =>
          through('queue.hide', () => {
            const message = messages.find((it) => it.receipt === receipt);
            if (message !== undefined) message.visibleAt = now + seconds * 1_000;
          }),
      },
      render: (source, plan) =>
        through('render', () => {
          const content = source.toString();
          if (content.startsWith('bad'))
            throw new DarkroomError('UNSUPPORTED_IMAGE', `${content} is no picture`);
          return plan.map((output) => ({
            bytes: Buffer.from(rendition(content, recipeText(output))),
            ...PICTURE,
          }));
        }),
      announce: ({ build: { id, position } }) =>
        through('announce', () => void announced.add(`${id}-${position}`)),
      now: () => now,
      newId: () => {
        serial += 1;
        return `id${serial}`;
      },
      deleteInput,
      maxSourceBytes: 1_000,
      runtime: undefined,
    };
  }

  /** Puts a message that was received too often aside, as the queue does. */
  function bury(message: QueuedMessage): void {
    messages.splice(messages.indexOf(message), 1);
    deadLetters.push({ ...message, visibleAt: now });
  }

  function redrive(): void {
    for (const { body } of deadLetters.splice(0)) send(body);
  }

  return {
    user,
    depsFor,
    bury,
    redrive,
    deadLetters: deadLetters as readonly QueuedMessage[],
    /** What somebody has to go on deleting, by build. */
    clearances: new Map<string, ListedClearance>(),
    /** What people asked to be deleted, all of it that was there then. */
    cleared: [] as AskedToClear[],
    /** Versions that were taken away for good, though they came after all of that. */
    lost: [] as string[],
    /** Keys of which people took the newest version or marker away, so that an older one may be back. */
    restored: restored as ReadonlySet<string>,
    etagOf,
    /** What the sweep keeps from one run to the next. */
    sweepState: new Map<string, string>(),
    announced: announced as ReadonlySet<string>,
    messages,
    send,
    /** Derivations as they were answered. */
    told,
    versions: versions as ReadonlyMap<string, readonly Version[]>,
    outputs: outputs as ReadonlyMap<string, { readonly body: string; readonly output: NewOutput }>,
    log: log as ReadonlyMap<string, readonly LogRow[]>,
    currentOf,
    now: () => now,
    pass(ms: number): void {
      now += ms;
    },
  };
}

/** As HTTP tells times. */
export function inSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

/** A call has a gate before its effect and another behind it. */
export async function pass<T>(
  scheduler: Scheduler,
  worker: Worker,
  name: string,
  effect: () => T,
): Promise<T> {
  await scheduler.gate(worker, `before ${name}`);
  const result = effect();
  await scheduler.gate(worker, `after ${name}`);
  return result;
}

export type World = ReturnType<typeof createWorld>;

const PICTURE = { contentType: 'image/png', width: 1, height: 1 };

/** What the pretended renderer makes: told by content and recipe alone, so equal bytes of two versions give equal outputs. */
export function rendition(content: string, recipe: string): string {
  return `${recipe} of ${content}`;
}
