// Sets replicas' shares of the traffic.
import { endReadmissions } from "../readmission.ts";
import { answered, operation, refused } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";
import type { Shares } from "../traffic.ts";

export const setWeights = operation({
  name: "set-weights",
  // One call may name replicas of several services.
  scope: "stack",
  alsoAt: "/weights",
  parse: parseWeights,
  async run({ weights: asked }, { fleet, traffic }) {
    const change = await fleet.begin("gateway", () => traffic.setWeights(asked));
    // Whoever sets a share has decided: one that waits to be put back is not put back over that.
    if (change.ok) endReadmissions(traffic, Object.keys(asked));
    return change.ok ? answered({ weights: change.weights }) : refused(change.status, change.reason);
  },
});

function parseWeights({ weights }: RawArgs): Parsed<{ readonly weights: Shares }> {
  const isObject = typeof weights === "object" && weights !== null && !Array.isArray(weights);
  const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;
  if (isObject && Object.values(weights).every(isShare)) return { ok: true, args: { weights: weights as Shares } };
  return { ok: false, reason: 'expected {"weights":{"<replica>":0…1}}' };
}
