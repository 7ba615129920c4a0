// The limits of the statistical detectors, as `npm run calibrate:healer` wrote them into limits.json beside this file:
// calibrated on fault-free telemetry of this stack to a stated rate of false alarms, with where they come from.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../../config.ts";

const positive = z.number().positive();
/** `floor`: no telemetry asked for this limit; it is the least that we chose. Absent: calibrated. */
const limited = z.strictObject({ limit: positive, floor: z.literal(true).optional() });
/** Share of bad samples in health: an upper bound, because none may have been seen. `p0Floor`: as `floor`. */
const bernoulli = limited.extend({ p0: z.number().gt(0).lt(1), p0Floor: z.literal(true).optional() });

const limitsSchema = z.strictObject({
  version: z.literal(1),
  provenance: z.strictObject({
    /** ISO 8601, UTC. */
    recordedAt: z.string(),
    /**
     * The build that recorded, and the periods of its looks, ms. Without the periods the file is older, and the commit
     * is that of the build which computed.
     */
    commit: z.string(),
    periodsMs: z.record(z.string(), positive).optional(),
    machine: z.string(),
    load: z.string(),
    seconds: positive,
    samples: z.record(z.string(), z.number()),
    method: z.string(),
    /** Of each metric whose signal is its own proof. */
    falseAlarmsPerDay: positive,
    /** Of each metric whose signal an active check has to confirm before anybody hears of it. */
    suspicionsPerDay: positive,
    seed: z.number(),
  }),
  latency: limited,
  creep: limited,
  demand: limited,
  errors: bernoulli,
  selfRetrieval: bernoulli,
});

/** What the file holds. */
export type Limits = z.infer<typeof limitsSchema>;

/** Where the limits lie; among the sources, also when the compiled program reads them. */
export function limitsFile(): string {
  return join(projectRoot(), "targets/reference-ai-stack/healer/detection/limits.json");
}

/** Throws when the file is not there or not whole: a healer that guesses its limits is worse than none. */
export function readLimits(file: string = limitsFile()): Limits {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read; npm run calibrate:healer writes it`, { cause: error });
  }
  const parsed = limitsSchema.safeParse(content);
  if (!parsed.success) throw new Error(`${file} does not hold the limits: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Read once, when the healer starts. */
export const LIMITS: Limits = readLimits();
