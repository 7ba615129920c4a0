// What operations on versions answer: what is served now, or why nothing was changed.
import type { ModelChange } from "./models.ts";
import { answered, refused, type OperationAnswer } from "./operations/operation.ts";

export function modelAnswer(change: ModelChange): OperationAnswer {
  return change.ok
    ? answered({ serving: change.state.serving })
    : refused(change.status, change.reason, change.againMs);
}
