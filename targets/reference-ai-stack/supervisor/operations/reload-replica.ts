// Has a replica open the files that lie at its paths, as after a deployment of other ones: a vector replica its index,
// the embedder its model. It may refuse, and goes on with what it has.
import { reloadIndex } from "../restore-index.ts";
import { reloadModel } from "../restore-model.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const reloadReplica = operation({
  name: "reload-replica",
  scope: "replica",
  alsoAt: "/replicas/:replica/reload",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, config, secrets }) {
    const child = fleet.child(replica);
    const doors: Readonly<Record<string, (port: number) => Promise<string | undefined>>> = {
      vector: (port) => reloadIndex(port, secrets.reloadToken, config),
      embedder: (port) => reloadModel(port, secrets.cacheToken),
    };
    const reload = doors[child?.spec.service ?? ""];
    if (child === undefined || reload === undefined) {
      return refused(404, "only vector replicas have an index, and only the embedder has a model");
    }
    const refusal = await fleet.inTurn(replica, () => reload(child.spec.port));
    return refusal === undefined ? answered({ reloaded: true }) : refused(422, `${replica} ${refusal}`);
  },
});
