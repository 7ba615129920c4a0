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
  for (const [name, { env = {}, command }] of Object.entries(file.ablate ?? {})) {
    const path = ["ablate", name];
    checkKnown(draft, { path, name }, { noun: "pathway", known });
    const changes = Object.entries(env).filter(([variable, value]) => file.start.env?.[variable] !== value);
    const isOther = command !== undefined && command.join("\n") !== file.start.command?.join("\n");
    if (file.platform === "docker" && command !== undefined) {
      const expected = "env: containers are started by their compose file, not by a command of ours";
      draft.report([...path, "command"], { found: "a command on the platform docker", expected });
      continue;
    }
    if (changes.length > 0 || isOther) continue;
    const expected = "env or command that differs from `start`: as it is, nothing would be switched off";
    draft.report(path, { found: `nothing that switches ${name} off`, expected });
  }
}

/** Switches that were checked, as data. */
export function ablationsOf(written: Written): Readonly<Record<string, Ablation>> {
  const entries = Object.entries(written).map(([name, { env, command }]) => {
    return [name, { ...(env !== undefined && { env }), ...(command !== undefined && { command }) }] as const;
  });
  return Object.fromEntries(entries);
}
