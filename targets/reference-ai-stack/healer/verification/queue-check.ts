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

/** Good: no batch fails at the head of the queue, and the oldest has not waited too long. */
export async function openQueueCheck(eyes: Eyes, { target }: Remedy<Replica>): Promise<Check> {
  return async () => lookAtQueue(await ingestionOf(eyes, target, await eyes.rollCall()));
}

/** Good: no batch that is published is suspect. What waits in the queue is another matter. */
export async function openSuspectCheck(eyes: Eyes, { target }: Remedy<Replica>): Promise<Check> {
  return async () => lookAtSuspects(await ingestionOf(eyes, target, await eyes.rollCall()));
}

/**
 * What a way has found, in words between which are spaces: what it is about, and behind it the tags of the data that
 * its source sends.
 */
export function withTags({ tags }: IngestionLook, source: string, ...words: readonly string[]): string {
  return [...words, ...(tags[source] ?? [])].join(" ");
}

function lookAtQueue(view: IngestionLook | null): Look {
  if (view === null) return bad("the ingestion was not seen");
  const { head, lagMs, freshWithinMs } = view;
  if (head !== null && head.kind !== null) return bad(`${head.batch} from ${head.source} still fails: ${head.reason}`);
  const says = `no batch fails; the oldest has waited ${lagMs} ms`;
  return lagMs <= freshWithinMs ? good(says) : bad(says);
}

function lookAtSuspects(view: IngestionLook | null): Look {
  if (view === null) return bad("the ingestion was not seen");
  const [suspect] = view.suspects;
  if (suspect === undefined) return good("no batch that is published is suspect");
  return bad(`${suspect.batch} from ${suspect.source} is published and suspect: ${suspect.says}`);
}
