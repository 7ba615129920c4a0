// http-json: a number that every replica publishes as JSON, combined over the replicas.

import { z } from "zod";
import { WrittenNumber } from "../core/exact-json.ts";
import type { Reading } from "../records/timeline/reading.ts";
import { probeKind } from "../core/probe-kind.ts";
import type { ProbeBase, SampleContext } from "../core/probe-kind.ts";
import { path } from "../language/schema-parts.ts";
import { lookSignal, probeHeaders } from "./access.ts";
import { askJson } from "./ask.ts";
import { combinations, readEach } from "./combine.ts";
import { atPointer, whyNoNumber } from "../core/json-pointer.ts";

const pointerWords = "a JSON pointer, such as /records";

const shape = {
  path: path("What is asked at each replica."),
  pointer: z
    .string(pointerWords)
    .regex(/^(?:\/[^/]*)+$/, pointerWords)
    .describe('JSON pointer to the number; a text that is one, such as "42", will do.'),
  combine: z.enum(["min", "max", "sum"]).describe("How the replicas' numbers become one."),
  headers: probeHeaders,
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

/** As JSON writes numbers: servers whose own numbers are longer than JavaScript's write them as texts. */
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A counter that a double cannot hold would be read as its neighbour: no reading then. */
function numberIn(document: unknown, pointer: string): number {
  const value = atPointer(document, pointer);
  if (value instanceof WrittenNumber) return exactly(value.text, pointer);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && numberText.test(value)) return exactly(value, pointer);
  throw new Error(whyNoNumber(document, pointer));
}

function exactly(text: string, pointer: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && (!/^-?\d+$/.test(text) || BigInt(text) === BigInt(value))) return value;
  throw new Error(`${text} at ${pointer} is beyond ${Number.MAX_SAFE_INTEGER}: it cannot be told from its neighbours`);
}

function isBeyondCounting(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** No reading when a replica does not answer, or has no finite number there. */
async function combined(spec: ProbeBase & Params, { access, signal }: SampleContext): Promise<Reading> {
  const inTime = lookSignal(signal, spec.timeoutMs);
  const reading = await readEach(
    access.replicas(spec.service),
    async ({ address, allows }) => {
      const { headers = {} } = spec;
      const document = await askJson(`${address}${spec.path}`, { signal: inTime, headers, allows });
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
