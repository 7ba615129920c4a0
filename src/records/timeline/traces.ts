// What the stack's own traces say of the requests that a trial's page shows.

import { z } from "zod";
import { count, instant, ms, noun, type Frozen } from "../parts.ts";

const tracedSpanSchema = noun(
  "TracedSpan",
  "One span of the stack's own, in its services' words.",
  z.strictObject({
    service: z.string().describe("Who did the work; empty: it does not say."),
    name: z.string().describe("What was done."),
    depth: count.describe("How deep it stands: one more than the span that called it, 0 where that is not there."),
    since: ms.describe("Its start, after the first span of its trace started, by the stack's clocks."),
    duration: ms.describe("How long it took."),
    error: z.string().describe("What it says went wrong; absent: nothing.").exactOptional(),
  }),
);
export type TracedSpan = Frozen<z.infer<typeof tracedSpanSchema>>;

const requestTraceSchema = noun(
  "RequestTrace",
  "The trace of one request, by the id that the harness gave it.",
  z.strictObject({
    id: z.number().describe("The request's number in its stream."),
    stream: z.string().describe("Its stream; absent: the default stream.").exactOptional(),
    traceId: z.string().describe("32 hex digits; see src/core/trace-context.ts."),
    spans: z
      .array(tracedSpanSchema)
      .describe(
        "At most 40, callers before those that they called; absent: nobody was asked, or `reason` says why not.",
      )
      .exactOptional(),
    more: count.describe("Spans beyond those; absent: none.").exactOptional(),
    reason: z.string().describe("Why there are no spans, though the stack was asked.").exactOptional(),
  }),
);
export type RequestTrace = Frozen<z.infer<typeof requestTraceSchema>>;

export const tracesEventSchema = noun(
  "TracesEvent",
  "Traces of the three requests that a trial's page shows, asked for once before the stack ends. Decides nothing. " +
    "Absent in runs of before requests had trace ids, and where none went wrong.",
  z.strictObject({
    kind: z.literal("traces"),
    at: instant.describe("When all answers were there, or waited for no longer."),
    requests: z.array(requestTraceSchema).describe("In the order in which they were due."),
  }),
);
export type TracesEvent = Frozen<z.infer<typeof tracesEventSchema>>;
