import { handleMessage } from '../../../functions/process/handle-message.ts';
import { makeDerivation } from '../../../functions/render/make-derivation.ts';
import { findKept } from '../../../functions/render/picture.ts';
import { askToClear, goOnClearing } from './clearing.ts';
import { createRandom, createScheduler, type Random } from './scheduler.ts';
import { createSweeps } from './sweeps.ts';
import { BUCKET, createWorld, DERIVED, type QueuedMessage, type World } from './world.ts';

export interface Plan {
  readonly seed: number;
  /** Images that people work on, and what they do to them, in all. */
  readonly keys: number;
  readonly actions: number;
  readonly workers: number;
  /** Chances, each at each step. */
  readonly kill: number;
  readonly fail: number;
  readonly duplicate: number;
  /** Chance that a worker beyond its time is frozen and goes on later, instead of being stopped. */
  readonly freeze: number;
  readonly deleteInput?: boolean;
  /** Chance that what a person does is to ask for a derivation, and not to change an image. */
  readonly read?: number;
  /** Chance that what a person does is to delete all images. */
  readonly clear?: number;
  /** Chance that an event of the bucket is lost. */
  readonly lose?: number;
  /** Whether people wait for what they did before, so that outputs stand when they act. @default false */
  readonly isPatient?: boolean;
  /** Receives after which a message becomes a dead letter. @default none does */
  readonly maxReceives?: number;
  /** Told of each step, to see how a seed goes wrong. */
  readonly trace?: (line: string) => void;
}

const TIMEOUT_MS = 3_000;
/** About what a call takes, for whoever sleeps while others make some. */
const CALL_MS = 80;
const MAX_STEPS = 60_000;
/** Chance of a sweep at each step, and how long nothing happens before one is asked whether all is done. */
const SWEEP = 0.003;
/** Chance at each step that a minute is over, for whoever goes on with what is to be deleted. */
const TICK = 0.02;
const QUIET_MS = 2 * 3_600_000;

/** Runs people, workers and misfortune against each other until all is quiet. Throws when it never gets quiet. */
export async function simulate(plan: Plan): Promise<World> {
  const random = createRandom(plan.seed);
  const scheduler = createScheduler();
  const world = createWorld(plan.trace, () => random.chance(plan.lose ?? 0));
  const sweeps = createSweeps(world, scheduler);
  let actions = plan.actions;
  let calm = false;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    await scheduler.settle();
    if (actions === 0 && !calm && random.chance(0.02)) calm = true;
    const chance = (p: number): boolean => !calm && random.chance(p);
    for (const one of scheduler.waiting()) {
      if (one.worker.deadline < world.now() && !random.chance(plan.freeze)) scheduler.kill(one);
    }
    const waiting = scheduler.waiting();
    const isIdle = waiting.length === 0 && (plan.isPatient !== true || world.messages.length === 0);
    if (actions > 0 && (isIdle || (plan.isPatient !== true && random.chance(0.15)))) {
      if (random.chance(plan.read ?? 0)) read(world, scheduler, keyOf(random, plan));
      else if (random.chance(plan.clear ?? 0)) askToClear(world, scheduler, random);
      else act(world, random, plan);
      actions -= 1;
    }
    if (chance(SWEEP)) sweeps.start();
    if (world.clearances.size > 0 && chance(TICK)) goOnClearing(world, scheduler);
    const ready = world.messages.filter(({ visibleAt }) => visibleAt <= world.now());
    const busy = new Set(waiting.map(({ worker }) => worker)).size;
    if (ready.length > 0 && busy < plan.workers && random.chance(0.5)) {
      const message = random.pick(ready);
      if (chance(plan.duplicate)) world.send(message.body, random.below(20_000));
      if (message.receives >= maxReceivesOf(plan)) world.bury(message);
      else receive(world, scheduler, message, plan);
    } else if (waiting.length > 0) {
      const one = random.pick(waiting);
      if (chance(plan.kill)) scheduler.kill(one);
      else if (chance(plan.fail)) scheduler.fail(one, new Error('outage'));
      else {
        plan.trace?.(`worker ${one.worker.id} ${one.at}`);
        scheduler.release(one);
      }
    } else if (world.messages.length > 0) {
      world.pass(1_000);
    } else if (actions === 0) {
      if (world.clearances.size > 0) {
        world.pass(60_000);
        goOnClearing(world, scheduler);
      } else if (!sweeps.foundNothing()) {
        world.pass(QUIET_MS);
        void sweeps.startLast();
      } else if (world.deadLetters.length > 0) {
        sweeps.checkDeadLetters();
        world.redrive();
      } else return world;
    }
    if (chance(0.005)) world.pass(random.below(8_000));
    // What is deleted is told from what stays by when it came.
    if (plan.clear !== undefined && chance(0.1)) world.pass(random.below(900));
  }
  throw new Error(`seed ${plan.seed} never gets quiet: ${world.messages.length} messages are left`);
}

function keyOf(random: Random, { keys }: Plan): string {
  return `trip/cat${random.below(keys)}.png`;
}

function maxReceivesOf({ maxReceives = Number.POSITIVE_INFINITY }: Plan): number {
  return maxReceives;
}

/** Somebody asks for a derivation, as `render` answers: what comes back is of the version that was current when they asked. */
function read(world: World, scheduler: ReturnType<typeof createScheduler>, key: string): void {
  scheduler.start(world.now() + TIMEOUT_MS, async (worker) => {
    const sleep = async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= CALL_MS) {
        await scheduler.gate(worker, 'asleep');
        world.pass(CALL_MS);
      }
    };
    const deps = { ...world.depsFor(scheduler, worker, false), sleep, version: '1' };
    const current = await deps.input.current(key);
    if (current === undefined) return;
    const version = { bucket: BUCKET, key, versionId: current.versionId };
    const wanted = { version, current, recipe: DERIVED };
    if ((await findKept(deps, wanted, true)) !== undefined) return;
    const made = await makeDerivation(deps, wanted, { owner: 'ann', remainingMs: TIMEOUT_MS });
    if (typeof made === 'object' && 'output' in made) world.told.push(made.output);
  });
}

function act({ user }: World, random: Random, plan: Plan): void {
  const { deleteInput } = plan;
  const key = keyOf(random, plan);
  // Few contents on purpose: versions with equal bytes have equal ETags, which is where compare-and-swap is blind.
  const content = random.pick(['cat', 'dog', 'bad one', '']);
  // Where inputs go by themselves, people only upload: whose removal it was would be anybody's guess.
  if (deleteInput === true || random.chance(0.7)) user.put(key, content);
  else if (random.chance(0.6)) user.remove(key);
  else user.purgeNewest(key);
}

function receive(
  world: World,
  scheduler: ReturnType<typeof createScheduler>,
  message: QueuedMessage,
  plan: Plan,
): void {
  message.receives += 1;
  message.receipt = `${message.id}/${message.receives}`;
  message.visibleAt = world.now() + 6 * TIMEOUT_MS;
  const { body, receipt: receiptHandle, receives } = message;
  const limits = { deadline: world.now() + TIMEOUT_MS, maxReceives: maxReceivesOf(plan) };
  scheduler.start(limits.deadline, async (worker) => {
    const deps = world.depsFor(scheduler, worker, plan.deleteInput ?? false);
    const asked = { body, receiptHandle, receives, sentMs: 0 };
    const isDone = await handleMessage(deps, asked, limits);
    if (isDone && message.receipt === receiptHandle)
      world.messages.splice(world.messages.indexOf(message), 1);
  });
}
