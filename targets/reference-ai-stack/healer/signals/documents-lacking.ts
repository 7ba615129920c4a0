// A vector replica never had documents, or versions of them, that a sibling has: writes went by it. Its index fits its
// records, so that nothing else speaks, and each user who is sent there finds less.
import { lackedOf, lackingAt, lackingInWords } from "../telemetry/lacking.ts";
import { signal } from "./signal.ts";
import type { Confirm } from "./signal.ts";
import { holdings } from "./sources.ts";

export const documentsLacking = signal({
  name: "documents-lacking",
  rule: "of a 64th of all documents a replica has other names or versions than a sibling for 2.5 s in which neither changed",
  detector: holdings,
  soft: { confirm: confirmLacking, probe: "names of documents and versions that the sibling has and it never had" },
  speaksFor: { "documents-missing": 8 },
  // What keeps it from storing anything, or from answering, comes first.
  onlyAlone: true,
});

async function confirmLacking(...[, scope, { eyes, replicas }]: Parameters<Confirm>): ReturnType<Confirm> {
  const own = replicas.find(({ replica }) => replica === scope.replica);
  const lacking = own === undefined ? null : await lackingAt(eyes, own, replicas);
  if (lacking === null) return { confirmed: false, says: `what ${scope.replica} and its siblings hold was not seen` };
  const confirmed = lacking.some((one) => lackedOf(one) > 0);
  return { confirmed, says: `second look: ${lackingInWords(lacking)}`, by: "checks" };
}
