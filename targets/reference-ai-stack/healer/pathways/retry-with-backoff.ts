// The ingestion pauses for a service that is well again: the batch at the head of its queue is tried at once.
import { openQueueCheck } from "../verification/queue-check.ts";
import { pathway, step } from "./pathway.ts";

export const retryWithBackoff = pathway("replica", {
  name: "retry-with-backoff",
  answers: ["ingestion-waiting"],
  tier: "low",
  says: "has the batch at the head of the queue tried again now",
  ways: [{ name: "retry" }],
  preconditions: [],
  steps: [step("retry", ({ hand, target }) => hand.do("retry-ingestion", { replica: target.replica }))],
  verifiedBy: ["users-served", "question-answered", "in-rotation"],
  check: openQueueCheck,
  goneBy: "check",
});
