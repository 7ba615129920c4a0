// All children together: started in order of dependency, ended together, and one control call at a time for each of
// them.

import { createChild, type Child, type ChildEnd, type ChildSpec } from "./child.ts";
import { messageOf, type Logger } from "../common/log.ts";
import { launchProcess, type Launch } from "./launch.ts";
import { createTurns } from "./turns.ts";

export interface Fleet {
  /** All children of now. */
  children(): readonly Child[];
  child(replica: string): Child | undefined;
  /** Starts everyone, those that do not depend on each other side by side. Resolves when all have answered once. */
  boot(): Promise<void>;
  /** Replicas that have never answered their health path yet, less those without which the stack is ready. */
  missing(): readonly string[];
  /** Runs `work` after all earlier work on the same replica is over. */
  inTurn<T>(replica: string, work: () => Promise<T>): Promise<T>;
  /** The same for the first step of an operation: rejects with `Busy` when it would have to wait too long. */
  begin<T>(replica: string, work: () => Promise<T>): Promise<T>;
  /** SIGTERM, 1 s, SIGKILL, start, health. Resolves with the new pid; rejects when it does not become healthy. */
  restart(replica: string): Promise<number>;
  /** Starts one more child and resolves with its pid once it is healthy; else nothing of it is left and it rejects. */
  add(spec: ChildSpec): Promise<number>;
  /** Ends a child and forgets it, with what it has written. */
  remove(replica: string): Promise<void>;
  /** Ends all children. Nothing is started any more. */
  end(): Promise<void>;
}

/** Grace between SIGTERM and SIGKILL, ms. */
const RESTART_GRACE_MS = 1000;
const END_GRACE_MS = 1200;
/** How long a restarted replica may take to answer, ms. */
const RESTART_HEALTH_MS = 5000;
/**
 * Longer than what is done to processes takes, ms: 12 s for the answers that a replica still owes. Who waits longer, as
 * for an index that is made anew, is told to come again.
 */
const TURN_WITHIN_MS = 15_000;
/** How long one wait for health lasts while booting, ms; waits follow each other until the replica answers. */
const BOOT_WAIT_MS = 60_000;
/** Pause before a replica that died while booting is looked at again, ms: somebody may start it by hand. */
const BOOT_LOOK_MS = 100;

/** Nothing runs before `boot`. `onDeath` hears of ends that nobody asked for; `launch` makes what runs. */
export function createFleet(
  specs: readonly ChildSpec[],
  log: Logger,
  onDeath: (replica: string, end: ChildEnd) => void = () => undefined,
  launch: Launch = launchProcess,
): Fleet {
  let ending = false;
  const roster = makeRoster(specs, {
    log,
    launch: async (program) => (refuseWhenEnding(), launch(program)),
    onDeath: (replica, end) => void (ending || onDeath(replica, end)),
  });
  const { child } = roster;
  const answered = new Set<string>();
  const turns = createTurns();
  const isEnding = (): boolean => ending;

  function refuseWhenEnding(): void {
    if (ending) throw new Error("the stack is being ended");
  }

  const inTurn = <T>(replica: string, work: () => Promise<T>): Promise<T> =>
    turns.inTurn(replica, async () => (refuseWhenEnding(), work()));

  async function bootOne(one: Child, ready: ReadonlyMap<string, Promise<void>>): Promise<void> {
    await Promise.all(one.spec.after.map(async (name) => ready.get(name)));
    if (ending) return;
    await inTurn(one.spec.replica, () => one.start());
    while (!isEnding() && !(await one.becomesHealthy(BOOT_WAIT_MS))) {
      await new Promise((resolve) => setTimeout(resolve, BOOT_LOOK_MS));
    }
    if (!ending) answered.add(one.spec.replica);
  }

  return {
    children: roster.all,
    child,
    inTurn,
    begin: (replica, work) => turns.within(TURN_WITHIN_MS, replica, async () => (refuseWhenEnding(), work())),
    async boot() {
      const ready = new Map<string, Promise<void>>();
      // Children come in order of dependency, so one that is waited for is already in the map.
      for (const one of roster.all()) ready.set(one.spec.replica, bootOne(one, ready));
      await Promise.all(ready.values());
    },
    missing: () =>
      specs.filter(({ aside, replica }) => aside !== true && !answered.has(replica)).map(({ replica }) => replica),
    add: (spec) => inTurn(spec.replica, () => addOne(roster, spec)),
    async remove(replica) {
      const one = child(replica);
      if (one !== undefined) await inTurn(replica, () => roster.remove(one));
    },
    restart: (replica) => inTurn(replica, () => restartOne(replica, child(replica))),
    async end() {
      ending = true;
      await Promise.all(roster.all().map((one) => endLast(one, log)));
    },
  };
}

/** One that does not end keeps none of the others. */
async function endLast(one: Child, log: Logger): Promise<void> {
  try {
    await one.stop(END_GRACE_MS);
  } catch (error) {
    log.error("a replica could not be ended", { unended: one.spec.replica, reason: messageOf(error) });
  }
}

interface Roster {
  readonly all: () => readonly Child[];
  readonly child: (replica: string) => Child | undefined;
  /** Of this spec, not started yet. */
  readonly add: (spec: ChildSpec) => Child;
  /** Ends it and forgets it. */
  readonly end: (one: Child) => Promise<void>;
  /** The same, with what it has written. */
  readonly remove: (one: Child) => Promise<void>;
}

interface Keeping {
  readonly log: Logger;
  /** Hears of ends that nobody asked for. */
  readonly onDeath: (replica: string, end: ChildEnd) => void;
  readonly launch: Launch;
}

function makeRoster(specs: readonly ChildSpec[], { log, onDeath, launch }: Keeping): Roster {
  const create = (spec: ChildSpec): Child => {
    const onExit = (end: ChildEnd): void => {
      log.warn("a replica ended", { ended: spec.replica, code: end.code, signal: end.signal });
      if (!end.wanted) onDeath(spec.replica, end);
    };
    return createChild(spec, onExit, launch);
  };
  let children = specs.map(create);
  const end = async (one: Child): Promise<void> => {
    await one.stop(RESTART_GRACE_MS);
    children = children.filter((other) => other !== one);
  };
  return {
    all: () => children,
    child: (replica) => children.find((one) => one.spec.replica === replica),
    add(spec) {
      const one = create(spec);
      children = [...children, one];
      return one;
    },
    end,
    async remove(one) {
      await end(one);
      await one.forget();
    },
  };
}

async function restartOne(replica: string, one: Child | undefined): Promise<number> {
  if (one === undefined) throw new Error(`no replica ${replica}`);
  await one.stop(RESTART_GRACE_MS);
  const pid = await startWell(one);
  if (pid === undefined) throw notHealthy(replica);
  return pid;
}

/** Its pid once it is healthy; else nothing of it is left, and it rejects. */
async function addOne(roster: Roster, spec: ChildSpec): Promise<number> {
  const one = roster.add(spec);
  const pid = await startWell(one);
  if (pid !== undefined) return pid;
  await roster.end(one);
  throw notHealthy(spec.replica);
}

/** Its pid once it is healthy; undefined when it does not become that in time. */
async function startWell(one: Child): Promise<number | undefined> {
  const { pid } = await one.start();
  return (await one.becomesHealthy(RESTART_HEALTH_MS)) ? pid : undefined;
}

function notHealthy(replica: string): Error {
  return new Error(`${replica} was started but is not healthy after ${RESTART_HEALTH_MS} ms; see its log`);
}
