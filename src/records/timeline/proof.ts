// Signals of the target's own must prove themselves before anything is injected: one request of ours must show in them.

import { z } from "zod";
import { instant, ms, noun, type Frozen } from "../parts.ts";

const failureSchema = noun(
  "ProofFailure",
  "Why a signal cannot be used: unreachable: no page; status: the page answered another status; not-metrics: no page of " +
    "Prometheus; no-such-series; not-idle: it reads work where there is none; request-failed: our own request was not " +
    "answered; did-not-move, moved-late, moved-wrong: what our request moved; unit: not the unit it should be; " +
    "cannot-tell: its buckets say too little; reading-changes-it.",
  z.enum([
    "unreachable",
    "status",
    "not-metrics",
    "no-such-series",
    "not-idle",
    "request-failed",
    "did-not-move",
    "moved-late",
    "moved-wrong",
    "unit",
    "cannot-tell",
    "reading-changes-it",
  ]),
);
export type ProofFailure = z.infer<typeof failureSchema>;

const resultSchema = noun(
  "ProofResult",
  "What came of a proof.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("It moved by what we sent, and reads idle when idle."),
      movedAfterMs: ms.describe("How long after the end of our request it had moved by all of it."),
      says: z.string().describe("What moved, and what could not be tried."),
    }),
    z.strictObject({
      ok: z.literal(false).describe("It cannot be used."),
      why: failureSchema,
      says: z.string().describe("The same in words."),
    }),
  ]),
);
export type ProofResult = Frozen<z.infer<typeof resultSchema>>;

export const proofEventSchema = noun(
  "ProofEvent",
  "One request of ours, and what a probe's signal made of it; before the load begins. Absent in runs without presets.",
  z.strictObject({
    kind: z.literal("proof"),
    at: instant.describe("When the proof was over."),
    from: instant.describe("When it began."),
    probe: z.string().describe("The probe's dotted name."),
    replicas: z.array(z.string()).describe("Whose pages were read for it."),
    result: resultSchema,
  }),
);
export type ProofEvent = Frozen<z.infer<typeof proofEventSchema>>;
