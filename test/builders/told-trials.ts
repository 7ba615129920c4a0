// Trials that tell, with what no story has: services beside the struck one, and traces.

import type { TrialRecord } from "../../src/core/verdict.ts";
import type { InventoryEvent } from "../../src/records/timeline/inventory.ts";
import type { TracedSpan, TracesEvent } from "../../src/records/timeline/traces.ts";
import type { ToldTrial } from "../../src/verdict/dependencies/told.ts";
import { broken, hurtFrom, incident, restored } from "../golden/parts.ts";
import { judged } from "./measured.ts";
import type { Story } from "./simulated-story.ts";
import { tell } from "./simulated-trial.ts";

/** Services in the order of their spans, each with its depth. */
export function trace(
  id: number,
  ...spans: readonly (readonly [service: string, depth: number])[]
): TracesEvent["requests"][number] {
  const own = spans.map(([service, depth]): TracedSpan => ({ service, name: "call", depth, since: 0, duration: 1 }));
  return { id, traceId: "0".repeat(32), spans: own };
}

/** Of a stack whose gateway asks all others. */
export const usual = trace(
  1,
  ["gateway", 0],
  ["gateway", 1],
  ["embedder", 2],
  ["gateway", 1],
  ["vector", 2],
  ["inference", 1],
);

function inventoryOf(...services: readonly string[]): InventoryEvent {
  const replicas = services.map((service) => ({
    service,
    replica: `${service}-1`,
    instance: service,
    port: 1,
    version: "1",
    weight: 1,
  }));
  return { kind: "inventory", from: 96, at: 97, lastSameFrom: 96, inventory: { replicas }, changes: [] };
}

/** Nobody repairs it. */
export const endless = broken(hurtFrom, Infinity);

/** A trial with what is in no story: services beside `vector`, and traces. */
export function told(story: Story, requests: TracesEvent["requests"] = [usual]): ToldTrial {
  const { plan, timeline } = tell(story);
  const { facts } = judged({ plan, timeline });
  const others = inventoryOf("gateway", "embedder", "inference", "ingestion", "vector");
  const record: TrialRecord = { plan, timeline: [...timeline, others, { kind: "traces", at: 29_000, requests }] };
  return { record, facts };
}

/** An incident on another service that the healer cries and acts on, beside the true one. */
export const strayed = (service: string): NonNullable<Story["claims"]> => [
  ...restored,
  ...incident("restart-replica", { detected: 7000, done: 7400 }).map(
    ([at, type, claim]) => [at, type, { ...claim, incident: "other", scope: { service } }] as const,
  ),
];

/** So many more actions before the one that heals. */
export const again = (times: number): NonNullable<Story["claims"]> => [
  ...Array.from(
    { length: times },
    (_, index) =>
      [6500 + 100 * index, "action.started" as const, { pathway: "restore-index", action: "restore-index" }] as const,
  ),
  ...restored,
];
