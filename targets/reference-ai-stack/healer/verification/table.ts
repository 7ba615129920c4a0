// Every verifying probe. To add one: a file in probes/, a line here, and its name in the pathways that it verifies.
import { findsAsItsSibling } from "./probes/finds-as-its-sibling.ts";
import { inRotation } from "./probes/in-rotation.ts";
import { questionAnswered } from "./probes/question-answered.ts";
import { recordsKept } from "./probes/records-kept.ts";
import { usersServed } from "./probes/users-served.ts";
import type { VerifyProbe } from "./probe.ts";

const PROBES: readonly VerifyProbe[] = [usersServed, questionAnswered, inRotation, findsAsItsSibling, recordsKept];

/** Throws for a name that is not in the table. */
export function probeNamed(name: string): VerifyProbe {
  const found = PROBES.find((probe) => probe.name === name);
  if (found === undefined) throw new Error(`no verifying probe ${name}; add it to verification/table.ts`);
  return found;
}
