// Takes a failing replica out of the traffic until it has proved by real answers that it is well.
import { createLogger } from "../../common/log.ts";
import { putBackWhenWell } from "../readmission.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

const log = createLogger("supervisor");

export const ejectBackend = operation({
  name: "eject-backend",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, traffic, config, secrets }) {
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => fleet.inTurn("gateway", work);
    const share = traffic.weights()[replica];
    const change = await inTurn(() => traffic.setWeights({ [replica]: 0 }));
    if (!change.ok) return refused(change.status, change.reason);
    // One that had none gets none: somebody else has drained it, or it is watched already.
    if (share !== undefined && share > 0) {
      const [gatewayPort, token] = [config.ports.gateway, secrets.supervisorToken];
      void putBackWhenWell({ replica, share, traffic, gatewayPort, token, inTurn, log });
    }
    return answered({ weights: change.weights });
  },
});
