// Programs that probes run in containers: whether they are in there, as far as a project runs. Nothing is run for it.

import type { Gap } from "../../core/platform.ts";
import type { ProbeSpec } from "../../core/probe-kind.ts";
import type { Target } from "../../core/target.ts";
import { listed } from "../../core/text.ts";
import { containersOf, type SeenContainer } from "./containers.ts";
import { ifThere, openEngine, type Engine } from "./engine.ts";

/** Where Linux looks for programs if nobody says where. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Of a project that runs; none of one that is not there, or on no engine: then nothing is known. */
export async function missingPrograms({ containers, services, probes }: Target): Promise<readonly Gap[]> {
  const commands = probes.filter(({ kind }) => kind === "exec");
  const { project } = containers ?? {};
  if (project === undefined || commands.length === 0) return [];
  const engine = await openEngine().catch(() => undefined);
  if (engine === undefined) return [];
  const seen = await containersOf(engine, project);
  const gaps: Gap[] = [];
  for (const probe of commands) {
    const composed = services
      .find(({ name }) => name === probe.service)
      ?.replicas.map(({ container }) => container?.service);
    const [program] = programOf(probe);
    const lacking: string[] = [];
    for (const container of seen.filter(({ service }) => composed?.includes(service) === true)) {
      if (program !== undefined && !(await has(engine, container, program))) lacking.push(container.name);
    }
    if (lacking.length > 0) gaps.push(gapOf(probe.name, program ?? "", lacking));
  }
  return gaps;
}

function programOf({ command }: ProbeSpec): readonly string[] {
  return Array.isArray(command) ? (command as readonly string[]) : [];
}

/** As the kernel would look for it: by a path, or in each folder of the container's own PATH. */
async function has({ docker }: Engine, { id, info }: SeenContainer, program: string): Promise<boolean> {
  const path = (info.Config.Env ?? []).find((one) => one.startsWith("PATH="))?.slice("PATH=".length) ?? usualPath;
  const folder = info.Config.WorkingDir || "/";
  const places = program.startsWith("/")
    ? [program]
    : program.includes("/")
      ? [`${folder}/${program}`]
      : path.split(":").map((one) => `${one}/${program}`);
  for (const place of places) {
    if ((await ifThere(docker.getContainer(id).infoArchive({ path: place }))) !== undefined) return true;
  }
  return false;
}

function gapOf(probe: string, program: string, lacking: readonly string[]): Gap {
  return {
    missing: `${program} in ${listed(lacking)}, which the probe ${probe} runs`,
    costs: "each of its looks is no reading, as of an image without it, such as a distroless one",
    add: "another `command`, of a program that is in the image, or a probe that asks from outside",
  };
}
