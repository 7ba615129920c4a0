// One reading from many replicas: all of them or none, because half a view must not pass for a whole one.

import type { Reading } from "../records/timeline/reading.ts";
import type { ProbedReplica } from "../core/probe-kind.ts";
import { whyUnanswered } from "./ask.ts";

/** How the replicas' numbers become one, by its name in target.yaml. */
export const combinations: Readonly<Record<"min" | "max" | "sum", (values: readonly number[]) => number>> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => values.reduce((total, value) => total + value, 0),
};

/**
 * Looks at every replica at once and combines what was seen. No replica known, or one that could not be read: no
 * reading, with its name as reason.
 */
export async function readEach(
  replicas: readonly ProbedReplica[],
  read: (replica: ProbedReplica) => Promise<number>,
  combine: (values: readonly number[]) => number,
): Promise<Reading> {
  if (replicas.length === 0) return { ok: false, reason: "no replica is known yet" };
  const results = await Promise.all(
    replicas.map(async (replica) => {
      try {
        return await read(replica);
      } catch (error) {
        return `${replica.replica}: ${whyUnanswered(error)}`;
      }
    }),
  );
  const values = results.filter((result) => typeof result === "number");
  const reason = results.find((result) => typeof result === "string");
  return reason === undefined ? { ok: true, value: combine(values) } : { ok: false, reason };
}
