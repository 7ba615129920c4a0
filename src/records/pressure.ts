// Who had the machine's processors and who waited for one, from look to look, and how that was on this machine before
// the first trial.

import { z } from "zod";
import { instance, ms, noun, share, type Frozen } from "./parts.ts";

const unmeasured = z.strictObject({
  ok: z.literal(false).describe("Nothing was measured."),
  reason: z.string().describe("Why not."),
});

const waitSchema = noun(
  "ProcessWait",
  "One process of the target since the look before.",
  z.strictObject({
    instance,
    what: z.string().describe("Its command line, shortened."),
    waitMs: ms.describe("How long its most delayed thread was ready to run and had no processor."),
    runMs: ms.describe("Processor time of all its threads."),
  }),
);
export type ProcessWait = Frozen<z.infer<typeof waitSchema>>;

export const pressureLookSchema = noun(
  "PressureLook",
  "What happened to the processors since the look before, or why that is not known. Processor time of all cores together.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("It was measured."),
      cores: z.number().describe("Processors that may be used by us."),
      target: z
        .strictObject({
          cpuMs: ms.describe("Processor time of all its processes."),
          waits: z.array(waitSchema).describe("Each of its processes."),
        })
        .describe("The target."),
      ours: z
        .strictObject({
          cpuMs: ms.describe("Processor time of all our processes."),
          waitMs: ms.describe("How long our most delayed thread waited."),
        })
        .describe("Conductor, load, proxy and watchdog."),
      othersMs: ms.describe("Used by processes that are neither the target's nor ours; other trials' stacks too."),
      stolenMs: ms.describe("Taken by the machine's host."),
      stalled: z
        .strictObject({
          cpuMs: ms.describe("For want of a processor."),
          memoryMs: ms.describe("For want of memory."),
          ioMs: ms.describe("For want of input or output."),
        })
        .describe(
          "Time in which something of the whole machine stood still (PSI, `some`); absent where the kernel does not tell.",
        )
        .exactOptional(),
    }),
    unmeasured,
  ]),
);
export type PressureLook = Frozen<z.infer<typeof pressureLookSchema>>;

export const calibrationSchema = noun(
  "Calibration",
  "How long a thread that works a little and often waited for a processor before the first trial of a run.",
  z.discriminatedUnion("ok", [
    z.strictObject({
      ok: z.literal(true).describe("It was measured."),
      forMs: ms.describe("How long it was measured."),
      waitShare: share.describe("Of that time the thread was ready and waited."),
      othersCores: z.number().describe("Processors that others used meanwhile."),
      stolenCores: z.number().describe("Processors that the host took meanwhile."),
    }),
    unmeasured,
  ]),
);
export type Calibration = Frozen<z.infer<typeof calibrationSchema>>;
