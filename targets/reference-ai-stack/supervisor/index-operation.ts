// What the operations have in common by which a vector replica's index is made anew while it answers from the old one.
import type { Child } from "./child.ts";
import { answered, operation, parseTexts, refused } from "./operations/operation.ts";
import type { AnyOperation, OperationParts } from "./operations/operation.ts";
import type { RestoreAnswer } from "./restore-index.ts";

interface Making {
  /** `inTurn` waits for earlier work on the replica; `begin` is sent away where that takes too long. */
  readonly turn: "inTurn" | "begin";
  readonly make: (child: Child, parts: OperationParts) => Promise<RestoreAnswer>;
}

export function indexOperation(name: string, { turn, make }: Making): AnyOperation {
  return operation({
    name,
    scope: "replica",
    parse: parseTexts(["replica"]),
    async run({ replica }, parts) {
      const { fleet } = parts;
      const child = fleet.child(replica);
      if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
      const answer = await fleet[turn](replica, () => make(child, parts));
      if (!answer.ok) return refused(answer.status, answer.reason);
      const { hash, rows, reloaded } = answer;
      return answered({ hash, rows, reloaded });
    },
  });
}
