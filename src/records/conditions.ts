// Conditions over probes, and the load and the steady state that they are asked of, as plans keep them.

import { z } from "zod";
import { ms, noun, type Frozen } from "./parts.ts";

export const conditionSchema = noun(
  "Condition",
  "One named condition.",
  z.strictObject({
    name: z.string().describe("Its name."),
    expression: z.string().describe("What must be true."),
    view: z
      .enum(["users", "state"])
      .describe("users: only names under users. appear; state: some other probe appears. Derived, not written."),
    back: z
      .string()
      .describe("What must hold instead once it was broken, before it counts as back: stricter than the way in.")
      .exactOptional(),
  }),
);
export type Condition = Frozen<z.infer<typeof conditionSchema>>;

const streamShape = {
  arrival: z.enum(["constant", "poisson"]).describe("At equal distances, or at random ones."),
  ratePerSecond: z.number().describe("Requests due each second, in the mean.").meta({ unit: "1/s" }),
  slowOverMs: ms.describe("A request that takes longer than this, from its intended send time, is slow."),
  timeoutMs: ms.describe("A request that takes longer than this is given up and counts as an error."),
  closedLoop: z
    .literal(true)
    .describe("Its source decides itself when to send: times count from sending. Absent: send times are known before.")
    .exactOptional(),
  requestsPerSession: z
    .number()
    .describe(
      "Requests of a session in the mean: sessions begin at ratePerSecond ÷ this. Absent: each request stands alone.",
    )
    .exactOptional(),
};

export const streamLoadSchema = noun("StreamLoad", "How the requests of one stream come.", z.strictObject(streamShape));
export type StreamLoad = Frozen<z.infer<typeof streamLoadSchema>>;

export const loadSchema = noun(
  "LoadSpec",
  "How users' requests come: those of the default stream, and under `streams` all others.",
  z.strictObject({
    ...streamShape,
    warmupMs: ms.describe("Load before the baseline, not counted."),
    baselineMs: ms.describe("Load before the injection, which says what is normal."),
    stream: z
      .string()
      .describe("The default stream's own name. Absent where the target has one stream only, and in older runs.")
      .exactOptional(),
    streams: z
      .record(z.string(), streamLoadSchema)
      .describe("The other streams that are sent, by name; absent when there are none.")
      .exactOptional(),
  }),
);
export type LoadSpec = Frozen<z.infer<typeof loadSchema>>;

export const steadySchema = noun(
  "SteadyState",
  "What the stack is like when it is well.",
  z.strictObject({
    windowMs: ms.describe("Length of the windows in which it is asked."),
    badAfter: z.number().describe("Bad windows that make an impact (t1): in a row, or among badOf."),
    badOf: z
      .number()
      .describe("Windows among which badAfter bad ones make an impact; absent: in a row.")
      .exactOptional(),
    probeEveryMs: z
      .record(z.string(), ms)
      .describe(
        "Time between two samples of probes that this intent wants to sample more often than their target says.",
      )
      .exactOptional(),
    conditions: z.array(conditionSchema).describe("All of them hold when it is well."),
  }),
);
export type SteadyState = Frozen<z.infer<typeof steadySchema>>;

export const expectationSchema = noun(
  "Expectation",
  "What the intent believes of the healer.",
  z.strictObject({
    detected: z
      .strictObject({
        withinMs: ms.describe("At the latest this long after the injection."),
        as: z.array(z.string()).describe("Classes that are right."),
        root: z
          .strictObject({
            service: z.string().describe("The service at which the path must end."),
            edge: z
              .strictObject({ from: z.string().describe("Caller."), to: z.string().describe("Called.") })
              .describe("A call that must be on it.")
              .exactOptional(),
          })
          .describe("Where the healer's evidence path must end; absent: nothing is demanded.")
          .exactOptional(),
      })
      .describe("Absent when the intent expects the healer to hold its fire.")
      .exactOptional(),
    recovered: z
      .strictObject({
        withinMs: ms.describe("At the latest this long after the injection."),
        by: z.string().describe("The pathway that repairs it."),
        holdMs: ms.describe("Good windows for this long make a recovery."),
        staysMs: ms
          .describe(
            "The trial goes on at least this long after the recovery; absent: until it has held and was declared.",
          )
          .exactOptional(),
      })
      .describe("Absent when there is nothing to recover from.")
      .exactOptional(),
    heldFire: z.boolean().describe("The healer must not act at all."),
    budget: z
      .strictObject({
        slo: z.number().describe("Share of requests that must be good."),
        maxBurn: z.number().describe("Share of the error budget that the trial may use."),
        stream: z.string().describe("Whose requests count; absent: the default stream's.").exactOptional(),
      })
      .describe("What users may lose.")
      .exactOptional(),
    never: z.array(conditionSchema).describe("Conditions that must not be true in any window after injection."),
  }),
);
export type Expectation = Frozen<z.infer<typeof expectationSchema>>;
