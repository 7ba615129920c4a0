// Another release of one replica's container: as an operator makes it, by a new container in the place of the one that
// runs. That one is stopped, gives up its name and stays, so that the way back is itself and no copy of it.

import type { ReleaseControl, ReleasePlace, ReleaseWhat } from "../../core/container-controls.ts";
import { HarnessError } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { containerNow, type SeenContainer } from "./containers.ts";
import { ifThere, unlessSo, type Engine } from "./engine.ts";
import { join } from "./holder.ts";
import { givenNames } from "./names.ts";
import type { Project } from "./project.ts";
import { releaseOptions } from "./release-options.ts";
import { settled } from "./settled.ts";

/** On what was rolled out; it tells nobody anything. */
const releaseLabel = "stack.release";
const beforeSuffix = "-before";
/** So long a program may take to end, ms: the way back waits as long. Its own time counts where that is shorter. */
const graceMs: Ms = 3_000;
const msPerSecond = 1_000;

export function releaseControl(project: Project, replica: string): ReleaseControl {
  const { engine } = project;
  const { docker } = engine;
  return {
    async look(image) {
      const container = (await project.look()).find((one) => one.replica === replica)?.container;
      if (container?.instance === undefined) return undefined;
      if (container.info.HostConfig.AutoRemove === true) {
        throw refusal(container, "it is removed when it ends (--rm), so that no way leads back to it");
      }
      if (image !== undefined && (await ifThere(docker.getImage(image).inspect())) === undefined) {
        throw refusal(container, `the engine has no image ${image}: trials fetch nothing`);
      }
      if ((await ifThere(docker.getImage(container.info.Image).inspect())) === undefined) {
        throw refusal(container, ofNoImage);
      }
      return { container: container.id, instance: container.instance, name: container.name };
    },
    rollOut: (place, what, signal) => rolledOut(project, place, what, signal),
    async seen({ container, release }) {
      const [made] = await releasedAs(engine, release);
      const before = await containerNow(engine, container);
      const isBack = before?.instance !== undefined;
      if (made === undefined) return { isBack };
      const { State: state, Config: config, RestartCount: restarts } = made.info;
      const began = !state.StartedAt.startsWith("0001-");
      const ended = !state.Running || restarts > 0;
      return { isBack, made: { image: config.Image, command: config.Cmd ?? [], began, ended } };
    },
    restore: (place, signal) => restored(project, place, signal),
  };
}

const ofNoImage = "the engine has its own image no more, so that nobody can tell what it has of that";

function refusal({ name }: SeenContainer, why: string): HarnessError {
  return new HarnessError("environment", `nothing can be rolled out in the place of container ${name}: ${why}`);
}

async function rolledOut(
  { engine, own }: Project,
  { container: id, instance, name, release }: ReleasePlace,
  what: ReleaseWhat,
  signal: AbortSignal,
): Promise<void> {
  const { docker } = engine;
  const container = await containerNow(engine, id);
  if (container?.instance !== instance)
    throw new HarnessError("environment", `container ${name} is gone, ended, or was started anew`);
  const image = await ifThere(docker.getImage(container.info.Image).inspect());
  if (image === undefined) throw refusal(container, ofNoImage);
  const labels = { [releaseLabel]: release };
  const options = releaseOptions(container, image.Config, { ...what, labels });
  const [, ...more] = givenNames(container);
  let made = "";
  const steps: readonly (() => Promise<unknown>)[] = [
    () => own.order(id, "die", () => unlessSo(docker.getContainer(id).stop({ t: graceOf(container) / msPerSecond }))),
    () => docker.getContainer(id).rename({ name: `${name}${beforeSuffix}` }),
    async () => (made = (await docker.createContainer({ name, ...options })).id),
    // An engine takes one network at creation.
    ...more.map((network) => () => join(engine, made, network)),
    () => own.order(made, "start", () => docker.getContainer(made).start()),
  ];
  for (const step of steps) {
    signal.throwIfAborted();
    await step();
  }
}

function graceOf({ info: { Config: config } }: SeenContainer): Ms {
  const own = (config as { readonly StopTimeout?: number }).StopTimeout;
  return Math.min(graceMs, own === undefined || own < 0 ? graceMs : own * msPerSecond);
}

async function releasedAs(engine: Engine, release: string): Promise<readonly SeenContainer[]> {
  const filters = { label: [`${releaseLabel}=${release}`] };
  const listed = await engine.docker.listContainers({ all: true, filters });
  const seen = await Promise.all(listed.map(({ Id }) => containerNow(engine, Id)));
  return seen.filter((one) => one !== undefined);
}

/** What an older version wrote down does not say which start ran, or from when. */
type WrittenPlace = Pick<ReleasePlace, "container" | "name" | "release"> &
  Partial<Pick<ReleasePlace, "instance" | "from">>;

/** Harmless where it was done before; what somebody else has put there stays, and is named. */
async function restored(
  project: Project,
  { container: id, instance, from, name, release }: WrittenPlace,
  signal: AbortSignal,
): Promise<{ readonly confirmed: boolean; readonly seen: string }> {
  const { engine, own } = project;
  const { docker } = engine;
  const order = { kind: "stop", graceMs } as const;
  const isWhole = instance !== undefined && from !== undefined;
  const outcome = isWhole ? await settled(engine, instance, { order, since: from }, signal) : "unsaid";
  for (const made of await releasedAs(engine, release)) await removed(project, made.id);
  const before = await containerNow(engine, id);
  if (before === undefined) return { confirmed: false, seen: `container ${name} was removed by somebody` };
  if (before.name !== name) {
    const other = await containerNow(engine, name);
    // Made by a step that was under way when the others of the release were looked for.
    const isLate = other?.info.Config.Labels[releaseLabel] === release;
    if (isLate) await removed(project, other.id);
    else if (other !== undefined) return { confirmed: false, seen: `somebody else's container has the name ${name}` };
    await docker.getContainer(id).rename({ name });
  }
  await own.order(id, "start", () => unlessSo(docker.getContainer(id).start()));
  const after = await containerNow(engine, id);
  if (after?.instance === undefined || after.name !== name) return { confirmed: false, seen: `${name} does not run` };
  const seen = `${after.instance} runs as ${name}`;
  if (outcome === "ending") return { confirmed: false, seen: `${seen}, and was ordered to end: restart it` };
  if (outcome !== "unknown" && outcome !== "unsaid") return { confirmed: true, seen };
  return { confirmed: false, seen: `${seen}; ${openWords[outcome]}` };
}

function removed({ engine: { docker }, own }: Project, id: string): Promise<void> {
  return own.order(id, "die", () => ifThere(docker.getContainer(id).remove({ force: true, v: true })));
}

const openWords = {
  unknown: "the engine has forgotten whether it was ordered to end: restart it",
  unsaid: "its way back is of another version and does not say what it was ordered: restart it",
} as const;
