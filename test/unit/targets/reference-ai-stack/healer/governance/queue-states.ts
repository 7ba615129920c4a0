// States of an ingestion's queue, for a stack in memory.
import type { IngestionLook } from "../../../../../../targets/reference-ai-stack/healer/telemetry/read-ingestion.ts";
import type { FakeStack } from "../fake-stack.ts";

/** A batch that fails for what is in it. */
export const HEAD: NonNullable<IngestionLook["head"]> = {
  seq: 1,
  source: "notes",
  batch: "1.jsonl",
  attempts: 5,
  kind: "refused",
  reason: "a document is refused",
  nextInMs: 500,
  waitsFor: null,
  mapping: null,
};

/** An ingestion whose queue is in this state. */
export function queueWith(state: Partial<IngestionLook>): (stack: FakeStack) => void {
  return ({ find, join }) => {
    join("ingestion");
    const width = { atOnce: 4, mostAtOnce: 16 };
    const queue = {
      lagMs: 0,
      freshWithinMs: 5000,
      ...width,
      held: [],
      writeRefused: null,
      spareCopies: 0,
      spareTags: [],
      quarantined: [],
      tags: {},
      head: null,
      suspects: [],
      ...state,
    };
    find("ingestion-1").queue = queue;
  };
}

/** An ingestion that publishes later than was promised, one batch after the other. */
export function lagging(stack: FakeStack): void {
  const late = (seq: number) => ({ lagMs: 6000, head: { ...HEAD, seq, attempts: 0, kind: null } });
  queueWith(late(1))(stack);
  void stack.clock.sleep(3000).then(() => {
    const one = stack.find("ingestion-1");
    if (one.queue !== undefined) one.queue = { ...one.queue, ...late(2) };
  });
}
