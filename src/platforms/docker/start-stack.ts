// Starts a stack of containers for one trial, or attaches to one that runs, and says how it is reached and looked at.

import { setTimeout as delay } from "node:timers/promises";
import { isAllowedHost } from "../../core/addresses.ts";
import type { ComposeSpec } from "../../core/containers.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { MachineWatch, Stack, StartHow } from "../../core/platform.ts";
import { reasonText } from "../../core/reasons.ts";
import type { Target } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { ask } from "../../lib/ask.ts";
import { refuseUnlessAllowed } from "../starting/allowed.ts";
import { allocatePorts, releasePorts } from "../starting/free-ports.ts";
import { ablationOf, settingsOf, unhealedOf } from "../starting/switches.ts";
import { fillTemplate } from "../starting/templates.ts";
import { refuseForeignHosts } from "../target-http/allowed-hosts.ts";
import { attach } from "./attach.ts";
import { newMarker, takeNames } from "./attached-names.ts";
import { removeCompose, startCompose, type ComposeStart } from "./compose-start.ts";
import { containerNow } from "./containers.ts";
import { controlsOf, handleOf } from "./controls.ts";
import { openEngine, type Engine } from "./engine.ts";
import { hearEvents } from "./hear-events.ts";
import { lastLines } from "./last-lines.ts";
import { openNameEdges, type NameEdges } from "./name-edges.ts";
import { runningAs } from "./process-control.ts";
import { openProject, placesOf, type Placed, type Project } from "./project.ts";
import { isListening } from "./reach.ts";
import { commandRunner } from "./run-inside.ts";
import { isContainerWatch, surveyStack, watchContainers, type ContainerWatch } from "./survey.ts";
import { entryOf } from "./ways.ts";

const readyPollMs = 40;

/** Everything that is started is in the journal before. See `Platform.start`. */
export async function startStack(
  target: Target,
  how: StartHow,
  journal: UndoJournal,
  signal: AbortSignal,
): Promise<Stack> {
  refuseUnlessAllowed(target);
  await refuseForeignHosts(target);
  const engine = await openEngine();
  const places = placesOf(target);
  const { compose, project: name } = target.containers ?? {};
  if (compose === undefined) {
    if (name === undefined) throw new HarnessError("bug", `target ${target.name} names no containers`);
    refuseVariables(target, how);
    const project = openProject(engine, name, places, target.name);
    await attach(project, places, target);
    await untilReady(target, project, signal);
    return attachTo({ target, how, journal, engine, places }, project, signal);
  }
  return startOwn({ target, how, journal, engine, places, compose }, signal);
}

/** A project that runs already cannot be told what this trial leaves out. */
function refuseVariables({ name }: Target, { ablated, unhealed, learningDir }: StartHow): void {
  if (ablated.length === 0 && !unhealed && learningDir === undefined) return;
  throw new HarnessError(
    "bad-input",
    `target ${name} runs already: it cannot be started without a part of its healer`,
    {
      hint: "name its compose file under containers.compose, or leave that arm out",
    },
  );
}

interface Starting {
  readonly target: Target;
  readonly how: StartHow;
  readonly journal: UndoJournal;
  readonly engine: Engine;
  readonly places: readonly Placed[];
}

interface Own extends Starting {
  readonly compose: ComposeSpec;
}

/** Takes names over where edges lead; they are given back when the stack ends. */
async function attachTo(starting: Starting, project: Project, signal: AbortSignal): Promise<Stack> {
  const { target, how, journal, engine, places } = starting;
  const marker = newMarker();
  const edges = await openNameEdges({ ...starting, seed: how.seed, marker }, how.proxies);
  if (edges === undefined) return stackOf({ target, project, places, how, end: async () => [] });
  watchOf(how.machine).add(engine, marker);
  const back: (() => Promise<readonly string[]>)[] = [];
  const end = async (): Promise<readonly string[]> => {
    const left = [...(await edges.stop())];
    for (const give of back.toReversed()) left.push(...(await give()));
    return left;
  };
  try {
    await takeNames({ project, target, edges, marker, journal }, (give) => back.push(give));
    await untilReady(target, project, signal);
    edges.follow(project);
    return stackOf({ target, project, places, how, end, edges });
  } catch (thrown) {
    await end().catch(() => []);
    throw thrown;
  }
}

async function startOwn(own: Own, signal: AbortSignal): Promise<Stack> {
  const { target, how, journal, engine, places, compose } = own;
  const marker = newMarker();
  const name = `${target.name}-${marker}`;
  const watch = watchOf(how.machine);
  const environment = {
    ...ablationOf(target, how.ablated),
    ...unhealedOf(target, how.unhealed),
    ...settingsOf(target, how.settings ?? {}),
  };
  // Chosen here, so that they stay the same when a container is started again: users keep asking there.
  const ports = await allocatePorts(places.length, how.seed, marker);
  const hostPort = (service: string, number: number, inside: number): number | undefined =>
    ports[places.findIndex((at) => at.service === service && at.number === number && at.port === inside)];
  const portsOf = (service: string, number: number): readonly number[] =>
    places.filter((at) => at.service === service && at.number === number).map(({ port }) => port);
  const seq = await journal.intend(entryOf({ kind: "stack", engine: engine.host, marker }));
  watch.add(engine, marker);
  let edges: NameEdges | undefined;
  const end = async (): Promise<readonly string[]> => {
    const still = (await edges?.stop()) ?? [];
    const left = [...(await removeCompose(engine, marker)), ...still];
    releasePorts(ports);
    if (left.length === 0) await journal.done(seq);
    return left;
  };
  const isOff = (name: string): boolean => target.ablations?.[name]?.restartPolicy !== undefined;
  const withoutRestarts = how.unhealed || how.ablated.some(isOff);
  const late = AbortSignal.timeout(target.start.timeoutMs);
  try {
    edges = await openNameEdges({ ...own, seed: how.seed, marker }, how.proxies);
    const namesTo = edges && namesInto(engine, edges);
    const parts = { marker, environment, withoutRestarts, hostPort, portsOf, ...(namesTo && { namesTo }) };
    await startCompose(engine, { spec: compose, project: name, ...parts }, AbortSignal.any([signal, late]));
    const project = openProject(engine, name, places, target.name);
    await untilReady(target, project, signal);
    edges?.follow(project);
    return stackOf({ target, project, places, how, end, ...(edges && { edges }) });
  } catch (thrown) {
    // What it leaves stays in the journal: why it did not start says more than why it did not end.
    await end().catch(() => []);
    if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was starting`);
    if (thrown instanceof HarnessError) throw thrown;
    const why = late.aborted ? `not all of it within ${target.start.timeoutMs} ms` : messageOf(thrown);
    throw new HarnessError("environment", `target ${target.name} was not started: ${why}`, { cause: thrown });
  }
}

/** The names of a container to which an edge leads, and nobody else's. */
function namesInto(engine: Engine, edges: NameEdges): NonNullable<ComposeStart["namesTo"]> {
  return (service, number) => {
    const edge = edges.edgeTo(service, number);
    if (edge === undefined) return undefined;
    return async (id, networks) => {
      const container = await containerNow(engine, id);
      if (container !== undefined) await edges.take(edge, container, networks);
    };
  };
}

function watchOf(machine: MachineWatch | undefined): ContainerWatch {
  if (machine === undefined) return watchContainers();
  if (isContainerWatch(machine)) return machine;
  throw new HarnessError("bug", "this watch over the machine is another platform's");
}

async function untilReady(target: Target, project: Project, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + target.start.timeoutMs;
  for (;;) {
    const seen = await project.look();
    const why = await whyNotReady(target, project, signal);
    if (why === undefined) return;
    if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was starting`);
    const down = seen.find(({ container }) => container !== undefined && container.instance === undefined);
    if (down?.container !== undefined && down.container.info.HostConfig.RestartPolicy?.Name === "no") {
      const said = await lastLines(project.engine, down.container.id, 15);
      throw new HarnessError("environment", `${down.replica} ended before ${target.name} was ready`, {
        hint: `it wrote:\n${said.join("\n") || "nothing"}`,
      });
    }
    if (performance.now() > deadline) {
      const words = `target ${target.name} was not ready within ${target.start.timeoutMs} ms (${why})`;
      throw new HarnessError("environment", words, { hint: "see what its containers write: docker logs" });
    }
    await delay(readyPollMs);
  }
}

/** undefined: it answered 200; else what it did instead. */
async function whyNotReady(target: Target, project: Project, signal: AbortSignal): Promise<string | undefined> {
  const missing = placesOf(target).find(({ replica }) => project.ports()[replica] === undefined);
  if (missing !== undefined) return `no port of ${missing.replica} is published`;
  const url = fillTemplate(target.start.readyUrl, { ports: project.ports() });
  const allows = (host: string): boolean => isAllowedHost(host, target.addresses ?? []);
  const asked = await ask(url, { timeoutMs: 1_000, signal, allows, statusOnly: true });
  if (!asked.ok) return `${url} did not answer: ${reasonText(asked.says)}`;
  return asked.status === 200 ? undefined : `${url} answered ${asked.status}`;
}

interface Parts {
  readonly target: Target;
  readonly project: Project;
  readonly places: readonly Placed[];
  readonly how: StartHow;
  readonly end: () => Promise<readonly string[]>;
  readonly edges?: NameEdges;
}

/** Of one that came later it is that of its service: it is called by that and its number. */
function portIn(places: readonly Placed[], replica: string): number {
  const own = places.find((place) => place.replica === replica);
  return (own ?? places.find(({ service }) => service === replica.replace(/-\d+$/, "")))?.port ?? 0;
}

function stackOf({ target, project, places, how, end, edges }: Parts): Stack {
  const { engine } = project;
  let ending: Promise<readonly string[]> | undefined;
  const run = commandRunner(engine);
  return {
    handle: handleOf(project, places, target, edges?.handle),
    inventory: async () => ({ replicas: await project.inventory() }),
    addressOf: (replica) => project.addressOf(replica),
    fill: (text) => fillTemplate(text, { ports: project.ports(), seed: how.seed, cacheDir: how.cacheDir }),
    mask: (text) => text,
    isRunning: async (instance) => (await runningAs(engine, instance)) !== undefined,
    async isLiving(instance) {
      const container = await runningAs(engine, instance);
      if (container === undefined) return false;
      const place = (await project.look()).find((one) => one.container?.id === container.id);
      return place !== undefined && isListening(container, place.port);
    },
    runIn: (replica, instance) => run(instance, portIn(places, replica)),
    hearEvents: (heard) => hearEvents(project, places, heard),
    controls: (site) => controlsOf(project, site, edges?.controlAt(site)),
    survey: () => surveyStack(project, edges),
    notes: [
      ["engine", engine.host],
      ["project", project.name],
    ],
    end: () => (ending ??= end()),
  };
}
