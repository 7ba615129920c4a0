// The second look at an index: its file's hash, and what it finds of itself, both afresh.
import { looksDamaged } from "../detection/index-detector.ts";
import type { Signal } from "../nouns.ts";
import { NUMBERS } from "../numbers.ts";
import type { Confirm } from "./signal.ts";

export const confirmIndex: Confirm = async (suspicion, scope, context) => {
  const port = context.replicas.find((entry) => entry.replica === scope.replica)?.port;
  if (port === undefined) return { confirmed: false, says: "the replica is not in the inventory" };
  const [manifest, view] = await Promise.all([
    context.eyes.manifest(port),
    context.eyes.selfRetrieval(port, NUMBERS.selfRetrieval.decidingRows),
  ]);
  const hash = manifest === null ? "hash not seen" : manifest.matches ? "hash as written" : "hash differs";
  const share = view === null ? "self-retrieval not seen" : `self-retrieval ${(100 * view.share).toFixed(0)} %`;
  const differs = manifest?.matches === false;
  const low = view !== null && looksDamaged(view);
  const says = `second look: ${hash}, ${share}`;
  const names = suspicion.signals.map((signal) => signal.name);
  const also: Signal[] = [];
  if (differs && !names.includes("index-hash-differs")) also.push({ name: "index-hash-differs", scope, says });
  if (low && !names.includes("self-retrieval-low")) also.push({ name: "self-retrieval-low", scope, says });
  return { confirmed: differs || low, says, also, by: "checks" };
};
