// The shapes of looks at processors, of the calibration, and of what follows from them, in timelines and results.

import { z } from "zod";
import type { Calibration, EnvironmentFacts, PressureLook } from "../core/pressure.ts";

const ms = z.number();
const share = z.number();
const unmeasured = z.strictObject({ ok: z.literal(false), reason: z.string() });

/** One look at who had the processors; optional in timelines since it is newer than the first of them. */
export const pressureLookSchema = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    cores: z.number(),
    target: z.strictObject({
      cpuMs: ms,
      waits: z.array(z.strictObject({ pid: z.number(), what: z.string(), waitMs: ms, runMs: ms })),
    }),
    ours: z.strictObject({ cpuMs: ms, waitMs: ms }),
    othersMs: ms,
    stolenMs: ms,
    stalled: z.exactOptional(z.strictObject({ cpuMs: ms, memoryMs: ms, ioMs: ms })),
  }),
  unmeasured,
]) satisfies z.ZodType<PressureLook>;

/** How the machine was before the first trial of a run. */
export const calibrationSchema = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    forMs: ms,
    waitShare: share,
    othersCores: z.number(),
    stolenCores: z.number(),
  }),
  unmeasured,
]) satisfies z.ZodType<Calibration>;

const spanName = z.enum(["baseline", "disturbed", "afterwards"]);

/** Whether others took the target's processors. */
export const environmentSchema = z.discriminatedUnion("measured", [
  z.strictObject({ measured: z.literal(false), reason: z.string() }),
  z.strictObject({
    measured: z.literal(true),
    cores: z.number(),
    bound: share,
    calibration: z.exactOptional(calibrationSchema),
    spans: z.array(
      z.strictObject({
        name: spanName,
        from: ms,
        to: ms,
        process: z.string(),
        behindOthers: share,
        waited: share,
        oursWaited: share,
        cores: z.strictObject({ target: z.number(), ours: z.number(), others: z.number(), stolen: z.number() }),
      }),
    ),
    unseen: z.exactOptional(z.strictObject({ names: z.array(spanName), reason: z.exactOptional(z.string()) })),
    stalled: z.exactOptional(z.strictObject({ cpu: share, memory: share, io: share })),
  }),
]) satisfies z.ZodType<EnvironmentFacts>;
