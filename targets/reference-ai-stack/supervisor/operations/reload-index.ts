// Has a vector replica open the index that lies at its path, as after a deployment of another one. It may refuse, and
// goes on with what it has.
import { reloadIndex as reload } from "../restore-index.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const reloadIndex = operation({
  name: "reload-index",
  scope: "replica",
  alsoAt: "/replicas/:replica/reload",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, config, secrets }) {
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
    const refusal = await fleet.inTurn(replica, () => reload(child.spec.port, secrets.reloadToken, config));
    return refusal === undefined ? answered({ reloaded: true }) : refused(422, `${replica} ${refusal}`);
  },
});
