// Takes a failing replica out of the traffic until it has proved by real answers that it is well.
import { createLogger } from "../../common/log.ts";
import { putBackWhenWell } from "../readmission.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

const log = createLogger("supervisor");

export const ejectBackend = operation({
  name: "eject-backend",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, traffic, config, secrets, perform }) {
    const share = traffic.weights()[replica];
    const change = await fleet.inTurn("gateway", () => traffic.setWeights({ [replica]: 0 }));
    if (!change.ok) return refused(change.status, change.reason);
    // One that had none gets none: somebody else has drained it, or it is watched already.
    if (share !== undefined && share > 0 && perform !== undefined) {
      const [gatewayPort, token] = [config.ports.gateway, secrets.supervisorToken];
      const readmit = async (): Promise<string | null> => {
        const { status, body } = await perform("readmit-backend", { replica, share });
        return status === 200 ? null : JSON.stringify(body);
      };
      void putBackWhenWell({ replica, share, traffic, gatewayPort, token, readmit, log });
    }
    return answered({ weights: change.weights });
  },
});
