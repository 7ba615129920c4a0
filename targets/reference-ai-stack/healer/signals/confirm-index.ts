// The second look at an index, all of it afresh: its file's hash, what it finds of itself, the vectors that it gives
// back, the shape of its answers, and how many rows can be found. The digest may be that of the first look.
import { looksDamaged, retrievalInWords } from "../detection/index-detector.ts";
import { oddCentroid, oddCount, oddDigest, oddLengths, oddShape } from "../detection/index-shape.ts";
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
  const differing = view?.differing ?? 0;
  const count = manifest === null ? null : oddCount(manifest);
  const digest = manifest === null ? null : oddDigest(manifest);
  const [centroid, lengths] = manifest === null ? [null, null] : [oddCentroid(manifest), oddLengths(manifest)];
  const shape = view?.shape === undefined ? null : oddShape(view.shape);
  const said = [
    hash,
    view === null ? "self-retrieval not seen" : retrievalInWords(view),
    ...(differing > 0 ? [`${differing} with another vector in the index than in the record store`] : []),
    ...(manifest?.trouble === undefined ? [] : [manifest.trouble]),
    ...[digest, centroid, lengths, count, shape].filter((one) => one !== null),
  ];
  const says = `second look: ${said.join(", ")}`;
  const seen: Readonly<Record<string, boolean>> = {
    "index-hash-differs": manifest?.matches === false,
    "manifest-unreadable": manifest?.trouble !== undefined,
    "self-retrieval-low": view !== null && looksDamaged({ ...view, differing: 0 }),
    "stored-vectors-differ": differing > 0,
    "replica-digests-differ": digest !== null,
    "centroid-moved": centroid !== null,
    "lengths-odd": lengths !== null,
    "rows-not-retrievable": count !== null,
    "answers-misshapen": shape !== null,
  };
  const names = suspicion.signals.map((signal) => signal.name);
  const now = Object.keys(seen).filter((name) => seen[name] === true);
  const also = now.filter((name) => !names.includes(name)).map((name): Signal => ({ name, scope, says }));
  return { confirmed: now.length > 0, says, also, by: "checks" };
};
