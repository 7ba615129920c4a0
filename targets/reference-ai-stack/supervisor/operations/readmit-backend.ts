// Gives a replica that was ejected its share of the traffic back, unless somebody else has given it one.
import { answered, operation, refused } from "./operation.ts";
import type { Parsed, RawArgs } from "./operation.ts";

interface Args {
  readonly replica: string;
  readonly share: number;
}

export const readmitBackend = operation({
  name: "readmit-backend",
  scope: "replica",
  parse: parseArgs,
  run: ({ replica, share }, { fleet, traffic }) =>
    fleet.inTurn("gateway", async () => {
      if (traffic.weights()[replica] !== 0) return refused(409, `${replica} is not out of the traffic`);
      const change = await traffic.setWeights({ [replica]: share });
      return change.ok ? answered({ weights: change.weights }) : refused(change.status, change.reason);
    }),
});

function parseArgs({ replica, share }: RawArgs): Parsed<Args> {
  const isShare = typeof share === "number" && share > 0 && share <= 1;
  if (typeof replica === "string" && replica !== "" && isShare) return { ok: true, args: { replica, share } };
  return { ok: false, reason: 'expected {"replica":"<name>","share":0…1}, the share above 0' };
}
