// Puts the release of the embedder's model back in place of the files that lie there, and has it loaded anew.
import { restoreModel as restore } from "../restore-model.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const restoreModel = operation({
  name: "restore-model",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, config, secrets }) {
    const child = fleet.child(replica);
    if (child?.spec.service !== "embedder") return refused(404, "only the embedder has a model of its own");
    if (!config.installsModel) return refused(409, `${replica} reads its model out of its package`);
    const answer = await fleet.inTurn(replica, () => restore(child, config, secrets.cacheToken));
    return answer.ok ? answered({ replica, reloaded: answer.reloaded }) : refused(answer.status, answer.reason);
  },
});
