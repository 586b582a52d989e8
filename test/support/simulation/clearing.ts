import { type ClearingDeps, goOnClearing as goOn } from '../../../functions/api/go-on-clearing.ts';
import { removeImages } from '../../../functions/api/remove-images.ts';
import type { Request } from '../../../lib/http/request.ts';
import { fold } from '../../../lib/pipeline/build.ts';
import type { InputBucket } from '../../../lib/store/input-bucket.ts';
import type { Clearances } from '../../../lib/table/clearances.ts';
import type { Random, Scheduler, Worker } from './scheduler.ts';
import { type AskedToClear, inSeconds, pass, type World } from './world.ts';

const TIMEOUT_MS = 3_000;
/** Entries on a page of a listing: few, so that there are several. */
const PAGE = 3;

/** Somebody asks for all images to be deleted, as `api` answers; often the request has no time for it. */
export function askToClear(world: World, scheduler: Scheduler, random: Random): void {
  const purge = random.chance(0.3);
  const remainingMs = random.chance(0.7) ? 0 : TIMEOUT_MS;
  const request = { query: { confirm: 'all', purge }, caller: { name: 'ann' }, baseUrl: 'http://here' };
  scheduler.start(world.now() + TIMEOUT_MS, async (worker) => {
    const { input, ...deps } = depsFor(world, scheduler, worker);
    const keys = [...world.versions.keys()];
    const all = keys.flatMap((key) => entriesOf(world, key));
    const there = all.filter(({ isLatest, isMarker }) => purge || (isLatest && !isMarker));
    const asked: AskedToClear = { before: 0, there, purge };
    world.cleared.push(asked);
    const time = async (): Promise<Date> => {
      const told = await input.time();
      asked.before = told.getTime() + 1_000;
      return told;
    };
    const answer = await removeImages(
      { ...deps, input: { ...input, time } } as never,
      { ...request, remainingMs: () => remainingMs } as unknown as Request<'removeMany'>,
    );
    asked.answered = { build: (JSON.parse(String(answer.body)) as { id?: string }).id };
  });
}

/** A minute is over, and `api` goes on with what requests left. */
export function goOnClearing(world: World, scheduler: Scheduler): void {
  scheduler.start(world.now() + TIMEOUT_MS, (worker) => goOn(depsFor(world, scheduler, worker), TIMEOUT_MS));
}

interface AskDeps {
  readonly clearances: Clearances;
  readonly input: InputBucket;
}

function depsFor(world: World, scheduler: Scheduler, worker: Worker): ClearingDeps & AskDeps {
  const { announce = async () => undefined, input, ...deps } = world.depsFor(scheduler, worker, false, true);
  const through = <T>(name: string, effect: () => T): Promise<T> => pass(scheduler, worker, name, effect);
  return {
    ...deps,
    announce,
    input,
    versions: {
      page: (_prefix, from) =>
        through('versions.page', () => {
          const entries = [...world.versions.keys()].toSorted().flatMap((key) => entriesOf(world, key));
          const rest = entries.filter(({ key }) => from === undefined || key > from.key);
          const last = rest[PAGE - 1];
          return { versions: rest.slice(0, PAGE), next: rest.length > PAGE && last ? last : undefined };
        }),
      hide: () => Promise.reject(new Error('a clearance hides by the ETag')),
      purge: (key, isToGo = () => true) =>
        through('versions.purge', () => {
          const gone = entriesOf(world, key).filter(isToGo);
          for (const { versionId, isMarker, since } of gone) {
            if (!isMarker && isLater(world, since.getTime(), world.now()))
              world.lost.push(`${key} ${versionId}`);
            world.user.purge(key, versionId);
          }
          return gone.length;
        }),
    },
    facts: { mark: async () => undefined, forget: async () => undefined },
    clearances: listing(world, scheduler, worker),
    logger: () => undefined,
  };
}

/** All versions of a key and its delete markers, the newest first. */
function entriesOf({ versions }: World, key: string) {
  const all = versions.get(key) ?? [];
  return all
    .map(({ versionId, content, since }, i) => ({
      ...{ key, versionId, isMarker: content === undefined },
      ...{ isLatest: i === all.length - 1, since: new Date(since) },
    }))
    .toReversed();
}

/** The clearances that somebody has to go on with, as the table lists them. */
export function listing(
  { clearances, depsFor, now }: World,
  scheduler: Scheduler,
  worker: Worker,
): Clearances {
  const { newId } = depsFor(scheduler, worker, false);
  const through = <T>(name: string, effect: () => T): Promise<T> => pass(scheduler, worker, name, effect);
  return {
    add: (id) =>
      through('clearances.add', () => void clearances.set(id, { id, mark: newId(), listedMs: now() })),
    all: () => through('clearances.all', () => [...clearances.values()]),
    remove: ({ id, mark }) =>
      through('clearances.remove', () => {
        if (clearances.get(id)?.mark === mark) clearances.delete(id);
      }),
  };
}

/** What was there when all was to be deleted is gone once that came to its end, and what came later stays. */
export function brokenClearances(world: World): readonly string[] {
  const broken = world.cleared
    .filter((asked) => isOver(world, asked))
    .flatMap((asked) => leftOf(world, asked));
  const lost = world.lost.map((version) => `${version} came later, and is lost`);
  return [...broken, ...wronglyHidden(world), ...lost];
}

function isOver({ log }: World, { answered }: AskedToClear): boolean {
  if (answered?.build === undefined) return answered !== undefined;
  return fold(log.get(answered.build) ?? [])?.status === 'FINISHED';
}

function leftOf(world: World, { there, purge }: AskedToClear): readonly string[] {
  const isLeft = ({ key, versionId }: AskedToClear['there'][number]): boolean => {
    if (world.restored.has(key)) return false;
    if (!purge) return world.currentOf(key)?.versionId === versionId;
    return world.versions.get(key)?.some((it) => it.versionId === versionId) === true;
  };
  return there.filter(isLeft).map(({ key, versionId }) => `${key} ${versionId} was to be deleted`);
}

/** Equal bytes have equal ETags: one that was put between the question and its marker lies hidden, and can be restored. */
function wronglyHidden(world: World): readonly string[] {
  const { versions, etagOf } = world;
  return [...versions].flatMap(([key, all]) =>
    all.flatMap(({ isCleared, since }, i) => {
      const beneath = all[i - 1];
      if (isCleared !== true || beneath?.content === undefined) return [];
      const { content, versionId } = beneath;
      const isBlind = all.slice(0, i - 1).some((it) => etagOf(it.content ?? '') === etagOf(content));
      if (isBlind || !isLater(world, beneath.since, since)) return [];
      return [`${key} ${versionId} came later, and was deleted`];
    }),
  );
}

/** Whether what came at a moment was to stay, by all that people had asked for up to another. */
function isLater({ cleared }: World, came: number, upTo: number): boolean {
  const asked = cleared.map(({ before }) => before).filter((before) => before - 1_000 <= upTo);
  return inSeconds(came) >= Math.max(...asked);
}
