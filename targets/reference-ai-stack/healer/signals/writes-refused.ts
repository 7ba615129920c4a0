// A vector replica stores nothing more, as on a disk that is full, and answers searches as before.
import { signal } from "./signal.ts";
import type { Confirm } from "./signal.ts";
import { index } from "./sources.ts";

export const writesRefused = signal({
  name: "writes-refused",
  rule: "the disk refused a write to a record store and none was stored since, by the replica's own word",
  detector: index,
  soft: { confirm: confirmRefused, probe: "a second look at its manifest" },
  speaksFor: { "writes-refused": 20 },
});

async function confirmRefused(...[, scope, { eyes, replicas }]: Parameters<Confirm>): ReturnType<Confirm> {
  const port = replicas.find(({ replica }) => replica === scope.replica)?.port;
  const manifest = port === undefined ? null : await eyes.manifest(port);
  if (manifest === null) return { confirmed: false, says: `the manifest of ${scope.replica} could not be seen` };
  const { writeRefused: reason } = manifest;
  const says =
    reason === undefined
      ? "no write was refused, or one was stored since"
      : `a write was refused, and none stored since: ${reason}`;
  return { confirmed: reason !== undefined, says: `second look: ${says}`, by: "checks" };
}
