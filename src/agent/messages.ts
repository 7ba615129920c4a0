// What a harness and an agent say to each other: lines of JSON. Each side reads the other's by these shapes, and closes
// the connection on whatever has none.

import { z } from "zod";
import { urlPattern } from "../core/addresses.ts";
import { streamLoadSchema } from "../records/conditions.ts";
import { lateEventSchema, requestEventSchema } from "../records/timeline/request.ts";
import { troubleEventSchema } from "../records/timeline/trouble.ts";
import type { Frozen } from "../records/parts.ts";

/** Both sides must speak the same one. */
export const protocolVersion = 2;

/** An instant of a monotonic clock, ns in decimal. */
const nanoseconds = z.string().regex(/^\d{1,20}$/);
const ms = z.number().finite();
const rate = z.number().positive().max(100_000);

const requestShape = {
  name: z.string(),
  method: z.string().regex(/^[A-Z]{1,20}$/),
  url: z.string().regex(urlPattern),
  headers: z.record(z.string(), z.string()),
  stream: z.enum(["sse", "responses", "anthropic", "ndjson", "whole"]),
  done: z.string().exactOptional(),
  answer: z.enum(["completion", "json", "text"]).exactOptional(),
  rightWhenContains: z.string().exactOptional(),
  canary: z.literal(true).exactOptional(),
};

const thinkSchema = z.strictObject({ leastMs: ms, mostMs: ms });
const stepSchema = z.strictObject({
  name: z.string(),
  think: thinkSchema,
  sameRow: z.boolean(),
  request: z.strictObject(requestShape),
});
const usersSchema = z.strictObject({
  name: z.string(),
  share: z.number(),
  keys: z.array(z.string()),
  steps: z.array(stepSchema).min(1),
});
const trafficSchema = z.strictObject({ ...requestShape, session: z.array(usersSchema).min(1).exactOptional() });

const orderSchema = z.strictObject({
  seed: z.number(),
  /** The trial's epoch on the harness's clock: ids of requests follow from it. */
  trial: nanoseconds,
  /** Epoch of the stamps, on the agent's clock. */
  epochNs: nanoseconds,
  /** Hosts beside this machine that the target lists. */
  addresses: z.array(z.string()),
  streams: z
    .array(
      z.strictObject({
        name: z.string().exactOptional(),
        traffic: trafficSchema,
        load: streamLoadSchema,
        /** Of all its requests, as `bodiesOf` in core/session.ts gives them. */
        bodies: z.array(z.string()).min(1),
        /** Rows of the dataset as JSON Lines; absent where the stream has none. */
        rows: z.string().exactOptional(),
      }),
    )
    .min(1),
});
export type AgentOrder = Frozen<z.infer<typeof orderSchema>>;

/** What a harness says. */
export const toAgentSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), version: z.number() }),
  z.strictObject({ type: z.literal("time"), n: z.number() }),
  z.strictObject({ type: z.literal("try"), askedPerSecond: rate }),
  z.strictObject({ type: z.literal("launch") }),
  z.strictObject({ type: z.literal("load"), order: orderSchema }),
  z.strictObject({ type: z.literal("begin"), atMs: ms }),
  z.strictObject({
    type: z.literal("set-rate"),
    times: z.number().nonnegative().max(10_000),
    atMs: ms,
    stream: z.string().exactOptional(),
  }),
  z.strictObject({ type: z.literal("stop") }),
]);
export type ToAgent = Frozen<z.infer<typeof toAgentSchema>>;

const loadEventSchema = z.discriminatedUnion("kind", [requestEventSchema, lateEventSchema, troubleEventSchema]);

/** What an agent says. */
export const fromAgentSchema = z.discriminatedUnion("type", [
  /** `place`: see `ownPlace`. `allows`: what it may load besides its own machine. */
  z.strictObject({
    type: z.literal("hello"),
    version: z.number(),
    place: z.string(),
    allows: z.array(z.string()),
  }),
  /** When the question came and when the answer went, on the agent's clock. */
  z.strictObject({ type: z.literal("time"), n: z.number(), received: nanoseconds, sent: nanoseconds }),
  z.strictObject({
    type: z.literal("tried"),
    tried: z.array(z.strictObject({ ratePerSecond: z.number(), from: ms, to: ms })),
    events: z.array(requestEventSchema),
  }),
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("events"), events: z.array(loadEventSchema) }),
  z.strictObject({ type: z.literal("stopped") }),
  /** Nothing more comes but the end of the connection. */
  z.strictObject({ type: z.literal("refused"), reason: z.string() }),
]);
export type FromAgent = Frozen<z.infer<typeof fromAgentSchema>>;
