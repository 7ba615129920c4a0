// http-json: a number that every replica publishes as JSON, combined over the replicas.

import { WrittenNumber } from "../core/exact-json.ts";
import type { Reading } from "../core/probe.ts";
import type { ProbeSpec } from "../core/target.ts";
import { lookSignal } from "./access.ts";
import type { TargetAccess } from "./access.ts";
import { askJson } from "./ask.ts";
import { readEach } from "./combine.ts";
import { atPointer, whyNoNumber } from "./json-pointer.ts";

type Spec = Extract<ProbeSpec, { kind: "http-json" }>;

const combinations: Readonly<Record<Spec["combine"], (values: readonly number[]) => number>> = {
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => values.reduce((total, value) => total + value, 0),
};

/** A counter that a double cannot hold would be read as its neighbour: no reading then. */
function numberIn(document: unknown, pointer: string): number {
  const value = atPointer(document, pointer);
  if (value instanceof WrittenNumber) {
    if (BigInt(value.text) === BigInt(Number(value.text))) return Number(value.text);
    throw new Error(
      `${value.text} at ${pointer} is beyond ${Number.MAX_SAFE_INTEGER}: it cannot be told from its neighbours`,
    );
  }
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(whyNoNumber(document, pointer));
}

function isBeyondCounting(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** No reading when a replica does not answer, or has no finite number there. */
export async function lookHttpJson(spec: Spec, access: TargetAccess, signal: AbortSignal): Promise<Reading> {
  const inTime = lookSignal(signal, spec.timeoutMs);
  const reading = await readEach(
    access.replicas(spec.service),
    async ({ address }) => {
      const document = await askJson(`${address}${spec.path}`, inTime);
      return numberIn(document, spec.pointer);
    },
    combinations[spec.combine],
  );
  if (spec.combine !== "sum" || !reading.ok || !isBeyondCounting(reading.value)) return reading;
  return {
    ok: false,
    reason: `the sum of the replicas is beyond ${Number.MAX_SAFE_INTEGER}: it cannot be told exactly`,
  };
}
