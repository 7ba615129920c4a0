// http-json: a number that every replica publishes as JSON, combined over the replicas.

import { z } from "zod";
import { WrittenNumber } from "../core/exact-json.ts";
import type { Reading } from "../records/timeline/reading.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, SampleContext } from "../core/probe-kind.ts";
import { path } from "../language/schema-parts.ts";
import { lookSignal } from "./access.ts";
import { askJson } from "./ask.ts";
import { readEach } from "./combine.ts";
import { atPointer, whyNoNumber } from "../core/json-pointer.ts";

const pointerWords = "a JSON pointer, such as /records";

const shape = {
  path: path("What is asked at each replica."),
  pointer: z
    .string(pointerWords)
    .regex(/^(?:\/[^/]*)+$/, pointerWords)
    .describe("JSON pointer to the number."),
  combine: z.enum(["min", "max", "sum"]).describe("How the replicas' numbers become one."),
};

type Params = z.infer<z.ZodObject<typeof shape>>;

/** A number that each replica publishes. */
export const httpJson = probeKind({
  kind: "http-json",
  about: "a number that each replica publishes as JSON, combined over the replicas",
  shape,
  params: (written): Params => written,
  bounds: ({ data }) => ({ lo: data ? 0 : -Infinity, hi: Infinity }),
  open: (spec) => async (context) => combined(spec, context),
});

const combinations: Readonly<Record<Params["combine"], (values: readonly number[]) => number>> = {
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
async function combined(spec: ProbeBase & Params, { access, signal }: SampleContext): Promise<Reading> {
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
