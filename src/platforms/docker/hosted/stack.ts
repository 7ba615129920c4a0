// A stack whose first process a compose file starts: where it lies, how it is reached and how it is ended are as for
// this machine's processes; who runs, and whether it lives, is the engine's to say.

import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ComposeSpec } from "../../../core/containers.ts";
import { messageOf } from "../../../core/errors.ts";
import type { Platform, Stack, StartHow } from "../../../core/platform.ts";
import type { Target } from "../../../core/target.ts";
import type { UndoJournal } from "../../../core/undo.ts";
import type { Json } from "../../../core/units.ts";
import type { SeenProcess, StackSurvey } from "../../../records/survey.ts";
import { isListening } from "../../starting/free-ports.ts";
import type { MachinePlatform } from "../../starting/run-program.ts";
import { removeCompose } from "../compose-start.ts";
import { placeSchema } from "../controls.ts";
import { openEngine, type Engine } from "../engine.ts";
import { runningAs } from "../process-control.ts";
import { openProject, type Project } from "../project.ts";
import { commandRunner } from "../run-inside.ts";
import { described } from "../survey.ts";
import { entryOf, platformName } from "../ways.ts";
import { controlsOver, placesIn } from "./controls.ts";
import { composeRunner } from "./run-compose.ts";
import type { HostedWatch } from "./watch.ts";

const handleSchema = z.object({
  platform: z.literal(platformName),
  engine: z.string(),
  project: z.string(),
  target: z.string(),
  places: z.array(placeSchema),
  /** The way back to what is the same as for processes. */
  machine: z.json(),
});

interface Starting {
  readonly machine: MachinePlatform;
  readonly compose: ComposeSpec;
  readonly target: Target;
  readonly how: StartHow;
  readonly watch: HostedWatch;
  readonly journal: UndoJournal;
}

/** Containers are in the journal before they are made. See `Platform.start`. */
export async function startHosted(starting: Starting, signal: AbortSignal): Promise<Stack> {
  const { machine, compose, target, how, watch, journal } = starting;
  const engine = await openEngine();
  const marker = randomBytes(8).toString("hex");
  const name = `${target.name}-${marker}`;
  const seq = await journal.intend(entryOf({ kind: "stack", engine: engine.host, marker }));
  watch.host(engine, marker);
  const clear = async (): Promise<readonly string[]> => {
    const left = await removeCompose(engine, marker);
    if (left.length === 0) await journal.done(seq);
    return left;
  };
  const start = machine.startWith(composeRunner(engine, compose, { project: name, marker }));
  try {
    const stack = await start(target, { ...how, machine: watch.machine }, journal, signal);
    return over(stack, { engine, project: openProject(engine, name, placesIn(target), target.name), target, clear });
  } catch (thrown) {
    // What it leaves stays in the journal: why it did not start says more than why it did not end.
    await clear().catch(() => []);
    throw thrown;
  }
}

interface Over {
  readonly engine: Engine;
  readonly project: Project;
  readonly target: Target;
  readonly clear: () => Promise<readonly string[]>;
}

function over(stack: Stack, { engine, project, target, clear }: Over): Stack {
  // What containers write stays with the engine.
  const { watchLog: _none, ...machine } = stack;
  const places = placesIn(target).map((place) => ({ ...place }));
  const run = commandRunner(engine);
  return {
    ...machine,
    handle: {
      platform: platformName,
      engine: engine.host,
      project: project.name,
      target: target.name,
      places,
      machine: stack.handle,
    },
    async inventory(signal) {
      const [{ replicas }, seen] = await Promise.all([stack.inventory(signal), project.look()]);
      const running = new Map(seen.map(({ replica, container }) => [replica, container?.instance ?? null]));
      return { replicas: replicas.map((one) => ({ ...one, instance: running.get(one.replica) ?? null })) };
    },
    isRunning: async (instance) => (await runningAs(engine, instance)) !== undefined,
    async isLiving(instance) {
      const container = await runningAs(engine, instance);
      if (container === undefined) return false;
      const own = (await project.look()).find((one) => one.container?.id === container.id);
      return own !== undefined && isListening(Number(new URL(stack.addressOf(own.replica)).port));
    },
    runIn: (replica, instance) => run(instance, Number(new URL(stack.addressOf(replica)).port)),
    controls: (site) => controlsOver(project, site.replica, stack.controls(site)),
    survey: async (signal, damages) => seenIn(await stack.survey(signal, damages), project),
    notes: [...stack.notes.filter(([name]) => name !== "log"), ["engine", engine.host], ["project", project.name]],
    async end() {
      const ended = await stack.end().catch((thrown: unknown) => [messageOf(thrown)]);
      return [...ended, ...(await clear())];
    },
  };
}

/** The same, with containers instead of processes. */
async function seenIn(survey: StackSurvey, project: Project): Promise<StackSurvey> {
  try {
    const seen = await project.look();
    const processes: SeenProcess[] = [];
    for (const { container } of seen) if (container?.instance !== undefined) processes.push(described(container));
    const replicas = survey.replicas.map((one) => {
      const instance = seen.find(({ replica }) => replica === one.replica)?.container?.instance ?? null;
      return { ...one, instance, alive: instance !== null };
    });
    return { ...survey, replicas, processes };
  } catch (thrown) {
    const unseen = [...survey.unseen, `containers: ${messageOf(thrown)}`];
    return { ...survey, replicas: [], processes: [], unseen };
  }
}

/** Undefined for a handle of another kind of stack. */
export async function reopenHosted(
  machine: MachinePlatform,
  handle: Json,
): Promise<Awaited<ReturnType<Platform["reopen"]>> | undefined> {
  const parsed = handleSchema.safeParse(handle);
  if (!parsed.success) return undefined;
  const { engine, project: name, places, target } = parsed.data;
  const project = openProject(await openEngine(engine), name, places, target);
  const below = await machine.reopen(parsed.data.machine);
  return { controls: (site) => controlsOver(project, site.replica, below.controls(site)) };
}
