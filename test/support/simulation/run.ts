import { handleMessage } from '../../../functions/process/handle-message.ts';
import { createRandom, createScheduler, type Random } from './scheduler.ts';
import { createWorld, type QueuedMessage, type World } from './world.ts';

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
  /** Told of each step, to see how a seed goes wrong. */
  readonly trace?: (line: string) => void;
}

const TIMEOUT_MS = 3_000;
const MAX_STEPS = 60_000;

/** Runs people, workers and misfortune against each other until all is quiet. Throws when it never gets quiet. */
export async function simulate(plan: Plan): Promise<World> {
  const random = createRandom(plan.seed);
  const scheduler = createScheduler();
  const world = createWorld(plan.trace);
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
    if (actions > 0 && (waiting.length === 0 || random.chance(0.15))) {
      act(world, random, plan);
      actions -= 1;
    }
    const ready = world.messages.filter(({ visibleAt }) => visibleAt <= world.now());
    const busy = new Set(waiting.map(({ worker }) => worker)).size;
    if (ready.length > 0 && busy < plan.workers && random.chance(0.5)) {
      const message = random.pick(ready);
      if (chance(plan.duplicate)) world.send(message.body, random.below(20_000));
      receive(world, scheduler, message, plan);
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
      return world;
    }
    if (chance(0.005)) world.pass(random.below(8_000));
  }
  throw new Error(`seed ${plan.seed} never gets quiet: ${world.messages.length} messages are left`);
}

function act({ user }: World, random: Random, { keys, deleteInput }: Plan): void {
  const key = `trip/cat${random.below(keys)}.png`;
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
  const limits = { deadline: world.now() + TIMEOUT_MS, maxReceives: Number.POSITIVE_INFINITY };
  scheduler.start(limits.deadline, async (worker) => {
    const deps = world.depsFor(scheduler, worker, plan.deleteInput ?? false);
    const isDone = await handleMessage(deps, { body, receiptHandle, receives }, limits);
    if (isDone && message.receipt === receiptHandle)
      world.messages.splice(world.messages.indexOf(message), 1);
  });
}
