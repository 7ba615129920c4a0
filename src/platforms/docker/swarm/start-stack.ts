// Starts a stack on a Swarm for one trial, or attaches to one that runs: refuses what must not be touched, switches off
// what the arm leaves out, and says how the stack is reached and looked at.

import { setTimeout as delay } from "node:timers/promises";
import { isAllowedHost } from "../../../core/addresses.ts";
import { HarnessError, messageOf } from "../../../core/errors.ts";
import type { MachineWatch, Stack, StartHow } from "../../../core/platform.ts";
import { reasonText } from "../../../core/reasons.ts";
import type { StackSpec } from "../../../core/stack-spec.ts";
import type { Target } from "../../../core/target.ts";
import type { UndoJournal } from "../../../core/undo.ts";
import type { Ms } from "../../../core/units.ts";
import { ask } from "../../../lib/ask.ts";
import { newMarker } from "../attached-names.ts";
import { openEngine, statusOf, type Engine } from "../engine.ts";
import { placesOf, type Placed } from "../project.ts";
import { knock } from "../reach.ts";
import { refuseUnlessAllowed } from "../../starting/allowed.ts";
import { fillTemplate } from "../../starting/templates.ts";
import { refuseForeignHosts } from "../../target-http/allowed-hosts.ts";
import { refuseNoManager, refuseStranger } from "./cluster.ts";
import { controlsOf, handleOf } from "./controls.ts";
import { deploy, removeStack } from "./deploy.ts";
import { isTaskRunning, runningAs } from "./process-control.ts";
import { openSwarmStack, placeOf, type SwarmStack } from "./stack.ts";
import { isSwarmWatch, surveySwarm, watchSwarm, type SwarmWatch } from "./survey.ts";
import { offOf, switchBack, switchesOf, switchOff } from "./switches.ts";
import { entryOf, startedEntry, type Switch } from "./ways.ts";

const pollMs: Ms = 100;
/**
 * Answers in a row of a stack that is ready: names lead to a task some moments before it answers, and to each in
 * turn.
 */
const answersInRow = 6;
/** A service whose specification was changed back has all its tasks again within this time. */
const settlesWithinMs: Ms = 60_000;

/** What is started, and what is switched off, is in the journal before. See `Platform.start`. */
export async function startStack(
  target: Target,
  how: StartHow,
  journal: UndoJournal,
  signal: AbortSignal,
): Promise<Stack> {
  refuseUnlessAllowed(target);
  await refuseForeignHosts(target);
  const { stack: name, deploy: spec } = target.containers ?? {};
  if (how.unhealed || how.learningDir !== undefined) {
    throw new HarnessError("bad-input", `target ${target.name} cannot be started without its healer, which is Swarm`, {
      hint: "leave that arm out; the arm ablation switches off what Swarm does by itself",
    });
  }
  const off = offOf(target, how.ablated);
  const engine = await openEngine();
  await untilLed(engine, target, signal);
  const parts = { target, how, journal, engine, off };
  if (spec !== undefined) return startOwn(parts, spec, signal);
  if (name === undefined) throw new HarnessError("bug", `target ${target.name} names no stack`);
  await refuseStranger(engine, name);
  return attachTo(parts, name, signal);
}

interface Starting {
  readonly target: Target;
  readonly how: StartHow;
  readonly journal: UndoJournal;
  readonly engine: Engine;
  readonly off: ReturnType<typeof offOf>;
}

/** It goes on afterwards, as it was. */
async function attachTo(starting: Starting, name: string, signal: AbortSignal): Promise<Stack> {
  const { target, how, journal, engine, off } = starting;
  const places = placesOf(target);
  const stack = openSwarmStack(engine, name, places, target.name);
  await untilPlaced(stack, target, signal);
  await refuseUnreached(stack, target);
  const switches = await switchesOf(engine, name, off);
  const seq =
    switches.length === 0 ? undefined : await journal.intend(entryOf({ engine: engine.host, stack: name, switches }));
  const end = async (): Promise<readonly string[]> => {
    if (seq === undefined) return [];
    await switchBack(engine, switches);
    const left = await settled(stack, switches, AbortSignal.timeout(settlesWithinMs));
    if (left.length === 0) await journal.done(seq);
    return left;
  };
  try {
    await readyWithout(switches, { stack, target, signal });
  } catch (thrown) {
    // What it leaves stays in the journal: why it did not start says more than why it did not end.
    await end().catch(() => []);
    throw thrown;
  }
  return stackOf({ target, stack, places, how, end });
}

/** A stack of this trial's own, which ends with it: what is switched off of it is not switched on again. */
async function startOwn(starting: Starting, spec: StackSpec, signal: AbortSignal): Promise<Stack> {
  const { target, how, journal, engine, off } = starting;
  await refuseNoManager(engine);
  const marker = newMarker();
  const name = `${target.name}-${marker}`;
  const places = placesOf(target);
  const stack = openSwarmStack(engine, name, places, target.name);
  const seq = await journal.intend(startedEntry({ engine: engine.host, marker }));
  watchOf(how.machine).add(engine, marker);
  const end = async (): Promise<readonly string[]> => {
    const left = await removeStack(engine, marker);
    if (left.length === 0) await journal.done(seq);
    return left;
  };
  try {
    await deploy(engine, { spec, name, marker });
    await untilPlaced(stack, target, signal);
    await refuseUnreached(stack, target);
    await readyWithout(await switchesOf(engine, name, off), { stack, target, signal });
  } catch (thrown) {
    await end().catch(() => []);
    if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was starting`);
    if (thrown instanceof HarnessError) throw thrown;
    const words = `target ${target.name} was not started: ${messageOf(thrown)}`;
    throw new HarnessError("environment", words, { cause: thrown });
  }
  return stackOf({ target, stack, places, how, end });
}

function watchOf(machine: MachineWatch | undefined): SwarmWatch {
  if (machine === undefined) return watchSwarm();
  if (isSwarmWatch(machine)) return machine;
  throw new HarnessError("bug", "this watch over the machine is another platform's");
}

interface Readying {
  readonly stack: SwarmStack;
  readonly target: Target;
  readonly signal: AbortSignal;
}

/** Switches that off, and resolves once the stack answers without it. */
async function readyWithout(switches: readonly Switch[], { stack, target, signal }: Readying): Promise<void> {
  await switchOff(stack.engine, switches);
  const late = AbortSignal.timeout(target.start.timeoutMs);
  const gone = switches.map((one) => ({ ...one, ...("restarts" in one && { restarts: "none" }) }));
  await settled(stack, gone, AbortSignal.any([signal, late]));
  await untilReady(target, stack, signal);
}

/** Managers that elect one of them answer nothing meanwhile, as after a trial that cut the leader off. */
async function untilLed({ docker }: Engine, { start }: Target, signal: AbortSignal): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(start.timeoutMs)]);
  while (!until.aborted) {
    const status = await docker.listNodes().then(() => undefined, statusOf);
    // What is no manager says so with another one.
    if (status !== 500) return;
    await delay(pollMs);
  }
}

/**
 * Until the manager is done with what somebody asked of it just now, the end of a trial before as a rule; at most the
 * target's time to start. What does not run even then is named by who looks next.
 */
async function untilPlaced(stack: SwarmStack, { start }: Target, signal: AbortSignal): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(start.timeoutMs)]);
  while (!until.aborted) {
    if ((await stack.look()).every(({ task, isUpdating }) => task?.runs === true && !isUpdating)) return;
    await delay(pollMs);
  }
}

/** Everything that is asked must be reached: each replica runs, and its node publishes a port that we may speak to. */
async function refuseUnreached(stack: SwarmStack, target: Target): Promise<void> {
  for (const { replica, service, number, port, task, trouble } of await stack.look()) {
    const what = `slot ${number} of the service ${service} (${replica} of ${target.name})`;
    if (task?.runs !== true) {
      const why = trouble === undefined ? "" : `: ${reasonText(trouble)}`;
      throw new HarnessError("environment", `no task runs in ${what}${why}`);
    }
    const place = placeOf(task, port);
    if (place === undefined) {
      throw new HarnessError("environment", `${what} publishes no port ${port} at its node`, {
        hint: "give it a port of the mode host: the routing mesh leads to any of a service's tasks",
      });
    }
    if (isAllowedHost(place.host, target.addresses ?? [])) continue;
    throw new HarnessError("bad-input", `${what} is at ${place.host}, which ${target.name} does not list`, {
      hint: `add it to addresses in ${target.file}`,
    });
  }
}

/**
 * Until every slot has a task of the specification as it is now, and the manager watches them no more; then nothing is
 * named. As long as it does, a task that ends is a failure of the update, and the switch itself would be taken back.
 */
async function settled(
  stack: SwarmStack,
  switches: readonly Switch[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (switches.length === 0) return [];
  for (;;) {
    const late = (await stack.look()).filter(({ service, task, isUpdating }) => {
      const { restarts } = switches.find(({ name }) => name === service) ?? {};
      return isUpdating || task?.runs !== true || (typeof restarts === "string" && task.restarts !== restarts);
    });
    if (late.length === 0) return [];
    if (signal.aborted) return late.map(({ replica }) => `${replica}, which has no task as its service says`);
    await delay(pollMs);
  }
}

/** Until the stack has answered so often in a row that each of its tasks had a turn. */
async function untilReady(target: Target, stack: SwarmStack, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + target.start.timeoutMs;
  for (let inRow = 0; ;) {
    const down = (await stack.look()).find(({ instance }) => instance === undefined);
    const url = fillTemplate(target.start.readyUrl, {});
    const allows = (host: string): boolean => isAllowedHost(host, target.addresses ?? []);
    const asked = await ask(url, { timeoutMs: 1_000, signal, allows, statusOnly: true });
    inRow = asked.ok && asked.status === 200 && down === undefined ? inRow + 1 : 0;
    if (inRow >= answersInRow) return;
    if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was starting`);
    if (performance.now() > deadline) {
      const answer = asked.ok ? `${url} answered ${asked.status}` : `${url} did not answer: ${reasonText(asked.says)}`;
      const why = down === undefined ? answer : `${down.replica} does not run`;
      throw new HarnessError(
        "environment",
        `target ${target.name} was not ready in ${target.start.timeoutMs} ms (${why})`,
      );
    }
    await delay(pollMs);
  }
}

interface Parts {
  readonly target: Target;
  readonly stack: SwarmStack;
  readonly places: readonly Placed[];
  readonly how: StartHow;
  readonly end: () => Promise<readonly string[]>;
}

function stackOf({ target, stack, places, how, end }: Parts): Stack {
  let ending: Promise<readonly string[]> | undefined;
  return {
    handle: handleOf(stack, places, target.name),
    inventory: async () => ({ replicas: await stack.inventory() }),
    addressOf: (replica) => stack.addressOf(replica),
    fill: (text) => fillTemplate(text, { seed: how.seed, cacheDir: how.cacheDir }),
    mask: (text) => text,
    isRunning: (instance) => isTaskRunning(stack, instance),
    async isLiving(instance) {
      const task = await runningAs(stack, instance);
      const at = places.find(({ service, number }) => service === task?.service && number === task.slot);
      const place = task && at && placeOf(task, at.port);
      return place !== undefined && (await knock(place.host, place.port)) === "taken";
    },
    controls: (site) => controlsOf(stack, places, site),
    survey: () => surveySwarm(stack),
    notes: [
      ["manager", stack.engine.host],
      ["stack", stack.name],
    ],
    end: () => (ending ??= end()),
  };
}
