// How actions of a healer that knows nothing of us are switched off: what must be true of it, and how it comes to be
// data.

import type { Ablation } from "../core/target.ts";
import { checkKnown } from "./target-names.ts";
import type { TargetDraft } from "./target-names.ts";
import type { TargetFile } from "./target-schema.ts";

type Written = NonNullable<TargetFile["ablate"]>;

/** Pathways that there are, each with something that differs from the start as it is. */
export function checkAblate(draft: TargetDraft): void {
  const { file } = draft;
  const known = file.pathways.map(({ name }) => name);
  for (const [name, written] of Object.entries(file.ablate ?? {})) {
    const { env = {}, command, restart_condition: condition, failure_action: action } = written;
    const { restart_policy: policy } = written;
    const path = ["ablate", name];
    checkKnown(draft, { path, name }, { noun: "pathway", known });
    const ofSwarm = condition !== undefined || action !== undefined;
    const elsewhere = noneHere(file.platform, { ofSwarm, ofDocker: policy !== undefined });
    if (elsewhere !== undefined) {
      draft.report(path, {
        code: "RB1007",
        found: `a switch that is none on ${file.platform ?? "processes"}`,
        expected: elsewhere,
      });
      continue;
    }
    if (ofSwarm) {
      const told = written.env === undefined && command === undefined;
      if (!told)
        draft.report(path, {
          code: "RB1007",
          found: "env or command",
          expected: "neither: a stack that runs is given none",
        });
      continue;
    }
    const changes = Object.entries(env).filter(([variable, value]) => file.start.env?.[variable] !== value);
    const isOther = command !== undefined && command.join("\n") !== file.start.command?.join("\n");
    if (file.platform === "docker" && command !== undefined) {
      const expected = "env or restart_policy: containers are started by their compose file, not by a command of ours";
      draft.report([...path, "command"], { code: "RB1007", found: "a command on the platform docker", expected });
      continue;
    }
    if (changes.length > 0 || isOther || policy !== undefined) continue;
    const expected = "env or command that differs from `start`: as it is, nothing would be switched off";
    draft.report(path, { code: "RB1008", found: `nothing that switches ${name} off`, expected });
  }
}

/** What is expected instead of a switch that this platform does not have; undefined: it has it. */
function noneHere(platform: string | undefined, { ofSwarm, ofDocker }: Record<"ofSwarm" | "ofDocker", boolean>) {
  if (ofDocker && platform !== "docker") return "platform: docker, whose engine has restart policies";
  if (ofSwarm === (platform === "swarm")) return undefined;
  return ofSwarm ? "platform: swarm" : "restart_condition: none, or failure_action: pause";
}

/** Switches that were checked, as data. */
export function ablationsOf(written: Written): Readonly<Record<string, Ablation>> {
  const entries = Object.entries(written).map(([name, { env, command, ...ofSwarm }]) => {
    const { restart_condition: restartCondition, failure_action: failureAction, restart_policy: policy } = ofSwarm;
    return [
      name,
      {
        ...(env !== undefined && { env }),
        ...(command !== undefined && { command }),
        ...(policy && { restartPolicy: policy }),
        ...(restartCondition && { restartCondition }),
        ...(failureAction && { failureAction }),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}
