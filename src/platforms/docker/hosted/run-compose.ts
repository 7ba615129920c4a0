// Starts the one service of a compose file as a stack's first process, in this machine's network and with the folders
// that it is given; what it starts beside itself bears its labels.

import type { ComposeSpec } from "../../../core/containers.ts";
import { HarnessError } from "../../../core/errors.ts";
import type { RunProgram } from "../../starting/run-program.ts";
import { containerName, startCompose } from "../compose-start.ts";
import { ifThere, type Engine } from "../engine.ts";
import { lastLines } from "../last-lines.ts";

interface Naming {
  readonly project: string;
  /** On everything that comes to be. */
  readonly marker: string;
}

export function composeRunner(engine: Engine, spec: ComposeSpec, { project, marker }: Naming): RunProgram {
  return async ({ target, isOwnCommand, told, folders, signal }) => {
    if (!isOwnCommand) {
      throw new HarnessError("bad-input", `target ${target.name} cannot ablate by another command in containers`, {
        hint: `only env does under ablate in ${target.file}`,
      });
    }
    const none = { withoutRestarts: false, hostPort: () => undefined, portsOf: () => [] };
    await startCompose(engine, { spec, project, marker, environment: told, folders, ...none }, signal);
    const { docker } = engine;
    // By its name: what it has started by now bears its labels, too.
    const [service] = spec.services;
    const main = service && (await ifThere(docker.getContainer(containerName(project, service.name, 1)).inspect()));
    if (main === undefined) throw new HarnessError("environment", `the container of ${spec.file} is gone already`);
    return {
      pid: main.State.Pid,
      async ended() {
        const now = await ifThere(docker.getContainer(main.Id).inspect());
        if (now === undefined) return "removed";
        return now.State.Running ? null : now.State.ExitCode;
      },
      lastLines: (count) => lastLines(engine, main.Id, count),
    };
  };
}
