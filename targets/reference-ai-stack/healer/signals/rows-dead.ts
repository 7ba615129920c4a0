// Much of what an index holds was removed or written again since: each search has to get past it.
import { deadInWords } from "../detection/index-shape.ts";
import { signal } from "./signal.ts";
import type { Confirm } from "./signal.ts";
import { index } from "./sources.ts";

export const rowsDead = signal({
  name: "rows-dead",
  rule: "more than 50 dead rows in an index, and one for each five that a search can find",
  detector: index,
  soft: { confirm: confirmDead, probe: "a second look at its counts" },
  speaksFor: { "index-bloated": 8 },
  // There is no hurry: whatever else is wrong comes first.
  onlyAlone: true,
});

async function confirmDead(...[, scope, { eyes, replicas }]: Parameters<Confirm>): ReturnType<Confirm> {
  const port = replicas.find(({ replica }) => replica === scope.replica)?.port;
  const manifest = port === undefined ? null : await eyes.manifest(port);
  if (manifest === null) return { confirmed: false, says: `the counts of ${scope.replica} could not be seen` };
  const dead = deadInWords(manifest);
  return { confirmed: dead !== null, says: `second look: ${dead ?? "few rows are dead"}`, by: "checks" };
}
