// The shape of what a survey saw, inside a line of timeline.jsonl.

import { z } from "zod";
import type { MachineSurvey, StackSurvey } from "../core/survey.ts";

const processSchema = z.strictObject({
  pid: z.number(),
  startTime: z.string(),
  what: z.string(),
  state: z.string().nullable(),
  nice: z.number().nullable(),
  limits: z.string().nullable(),
  cgroup: z.string().nullable(),
  ending: z.exactOptional(z.literal(true)),
});

const file = { path: z.string(), size: z.number(), sha256: z.string() };

/** The machine at an instant. */
export const machineSurveySchema: z.ZodType<MachineSurvey> = z.strictObject({
  processes: z.array(processSchema),
  folders: z.array(z.string()),
  files: z.array(z.strictObject(file)),
  ports: z.array(z.strictObject({ port: z.number(), by: z.string().nullable() })),
  unfinished: z.array(z.string()),
  unseen: z.array(z.string()),
});

const proxySchema = z.strictObject({
  listen: z.string(),
  upstream: z.string(),
  enabled: z.boolean(),
  toxics: z.array(z.strictObject({ name: z.string(), what: z.string() })),
});

/** The stack at an instant. */
export const stackSurveySchema: z.ZodType<StackSurvey> = z.strictObject({
  replicas: z.array(
    z.strictObject({ service: z.string(), replica: z.string(), pid: z.number().nullable(), alive: z.boolean() }),
  ),
  processes: z.array(processSchema),
  edges: z.array(z.strictObject({ edge: z.string(), proxy: z.exactOptional(proxySchema) })),
  files: z.array(
    z.strictObject({
      ...file,
      replica: z.string(),
      role: z.string(),
      harmed: z.strictObject({ parts: z.number(), of: z.number() }),
    }),
  ),
  unseen: z.array(z.string()),
});
