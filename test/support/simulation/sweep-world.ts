import type { Deps } from '../../../lib/sweep/sweep.ts';
import { logKeys } from '../../../lib/table/keys.ts';
import { listing } from './clearing.ts';
import type { Scheduler, Worker } from './scheduler.ts';
import { pass, type World } from './world.ts';

/** What the sweep sees beside what a worker does: listings, the log in order of time, the dead letters, and what it keeps. */
export function sweepDepsFor(world: World, scheduler: Scheduler, worker: Worker): Deps {
  const { versions, log, deadLetters, sweepState, now } = world;
  const through = <T>(name: string, effect: () => T): Promise<T> => pass(scheduler, worker, name, effect);
  return {
    ...world.depsFor(scheduler, worker, false),
    clearances: listing(world, scheduler, worker),
    opened: (builds) => through('opened', () => new Set(builds.filter((build) => log.has(build)))),
    versions: {
      page: () =>
        through('versions.page', () => {
          const listed = [...versions].flatMap(([key, of]) =>
            of.map(({ versionId, content, since }, i) => ({
              ...{ key, versionId, isMarker: content === undefined },
              ...{ isLatest: i === of.length - 1, since: new Date(since) },
            })),
          );
          return { versions: listed, next: undefined };
        }),
    },
    events: {
      list: ({ limit, since = '', until = '9', cursor }) =>
        through('events.list', () => {
          const placed = [...log.values()]
            .flat()
            .map((row) => ({ row, place: logKeys(row).gsi2sk ?? '' }))
            .toSorted((a, b) => (a.place < b.place ? -1 : 1))
            .filter(
              ({ row: { time }, place }) =>
                time >= since && time < until && place > (cursor?.after?.gsi2sk ?? ''),
            );
          const rows = placed.slice(0, Math.min(limit, 20)).map(({ row }) => row);
          const last = placed[rows.length - 1];
          const isMore = placed.length > rows.length && last !== undefined;
          return { rows, next: isMore ? { after: { gsi2sk: last.place } } : undefined };
        }),
    },
    deadLetters: {
      look: (seconds) =>
        through('deadLetters.look', () =>
          deadLetters
            .filter(({ visibleAt }) => visibleAt <= now())
            .slice(0, 10)
            .map((letter) => {
              letter.visibleAt = now() + seconds * 1_000;
              return { body: letter.body, receiptHandle: String(letter.id) };
            }),
        ),
      putBack: (letters) =>
        through('deadLetters.putBack', () => {
          const ids = new Set(letters.map(({ receiptHandle }) => receiptHandle));
          for (const letter of deadLetters) if (ids.has(String(letter.id))) letter.visibleAt = now();
        }),
    },
    state: {
      load: (walk) => through('state.load', () => JSON.parse(sweepState.get(walk) ?? 'null') ?? undefined),
      save: (walk, state) => through('state.save', () => void sweepState.set(walk, JSON.stringify(state))),
      mayAskAgain: (build, everyMs) =>
        through('state.mayAskAgain', () => {
          if (Number(sweepState.get(build) ?? 0) > now()) return false;
          sweepState.set(build, String(now() + everyMs));
          return true;
        }),
    },
  };
}
