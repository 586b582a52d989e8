import { describe, expect, it } from 'vitest';
import { brokenPromises } from '../../support/simulation/invariants.ts';
import { type Plan, simulate } from '../../support/simulation/run.ts';

/** More seeds by hand: `SEEDS=5000 npx vitest run test/functions/process/simulation.test.ts`. */
const SEEDS = Number(process.env.SEEDS ?? 150);

const NONE = { kill: 0, fail: 0, duplicate: 0, freeze: 0 };

const WORLDS = {
  'nothing but people at work': NONE,
  'duplicate and late events': { ...NONE, duplicate: 0.3 },
  'workers killed at any call': { ...NONE, duplicate: 0.1, kill: 0.02 },
  'calls that fail before or after their effect': { ...NONE, duplicate: 0.1, fail: 0.05 },
  'workers that are frozen and go on when others have taken over': { ...NONE, duplicate: 0.1, freeze: 0.99 },
  'all of it at once': { kill: 0.02, fail: 0.04, duplicate: 0.2, freeze: 0.9 },
  'all of it at once, with inputs that go once they are done': {
    kill: 0.02,
    fail: 0.04,
    duplicate: 0.2,
    freeze: 0,
    deleteInput: true,
  },
  'readers who ask for derivations meanwhile': { ...NONE, duplicate: 0.1, read: 0.5 },
  'all of it at once, with readers': { kill: 0.02, fail: 0.04, duplicate: 0.2, freeze: 0.9, read: 0.5 },
  'people who delete all images at once': { ...NONE, clear: 0.3 },
  'people who delete all, and workers killed at any call': { ...NONE, kill: 0.03, clear: 0.4 },
  'all of it at once, with deleting of all': {
    ...{ kill: 0.02, fail: 0.04, duplicate: 0.2, freeze: 0.9 },
    ...{ clear: 0.3, lose: 0.1, keys: 4 },
  },
  'events that are lost': { ...NONE, lose: 0.4 },
  'events that are lost of images that were done': { ...NONE, lose: 0.4, isPatient: true },
  'lost events and workers killed at any call': { ...NONE, duplicate: 0.1, kill: 0.03, lose: 0.3 },
  'dead letters, since workers are killed and calls fail': { ...NONE, kill: 0.15, fail: 0.1, maxReceives: 3 },
  'all of it at once, with lost events and dead letters': {
    ...{ kill: 0.05, fail: 0.08, duplicate: 0.2, freeze: 0.9 },
    ...{ read: 0.3, lose: 0.2, maxReceives: 4 },
  },
} as const satisfies Record<string, Partial<Plan>>;

describe.each(Object.entries(WORLDS))('under %s', (_name, misfortune) => {
  it('every build ends, and the outputs of each image are those of its newest version', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = await simulate({ seed, keys: 2, actions: 8, workers: 4, ...misfortune });
      expect(brokenPromises(world), `seed ${seed}`).toEqual([]);
    }
  });
});
