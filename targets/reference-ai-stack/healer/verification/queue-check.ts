// Whether documents come in again: nothing fails at the head of the ingestion's queue, and what arrives is found in
// time.
import type { Eyes, ReplicaEntry, ReplicaScope, Remedy, TargetOf } from "../nouns.ts";
import type { IngestionLook } from "../telemetry/read-ingestion.ts";
import { bad, good } from "../pathways/pathway.ts";
import type { Check, Look } from "../pathways/pathway.ts";

type Replica = TargetOf<"replica">;

/** What the ingestion says of itself; null: it was not seen. */
export async function ingestionOf(
  eyes: Eyes,
  { replica }: Pick<ReplicaScope, "replica">,
  replicas: readonly ReplicaEntry[] | null,
): Promise<IngestionLook | null> {
  const entry = replicas?.find((one) => one.replica === replica);
  return entry === undefined || entry.pid === null ? null : eyes.ingestion(entry.port);
}

/** Good: no batch fails, none that is published is suspect, and the oldest has not waited too long. */
export async function openQueueCheck(eyes: Eyes, { target }: Remedy<Replica>): Promise<Check> {
  return async () => lookAt(await ingestionOf(eyes, target, await eyes.rollCall()));
}

function lookAt(view: IngestionLook | null): Look {
  if (view === null) return bad("the ingestion was not seen");
  const { head, suspects, lagMs, freshWithinMs } = view;
  const [suspect] = suspects;
  if (suspect !== undefined)
    return bad(`${suspect.batch} from ${suspect.source} is published and suspect: ${suspect.says}`);
  if (head !== null && head.kind !== null) return bad(`${head.batch} from ${head.source} still fails: ${head.reason}`);
  const says = `no batch fails; the oldest has waited ${lagMs} ms`;
  return lagMs <= freshWithinMs ? good(says) : bad(says);
}
