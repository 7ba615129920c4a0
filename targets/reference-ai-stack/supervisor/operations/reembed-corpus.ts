// Embeds what the vector replicas have stored anew, by the embedder's model of now: one replica after the other.
import { openTextEmbedder, reembedReplica } from "../reembed-corpus.ts";
import { rebuildIndex } from "../restore-index.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

export const reembedCorpus = operation({
  name: "reembed-corpus",
  scope: "service",
  parse: parseTexts(["service"]),
  async run({ service }, parts) {
    const { fleet, config, secrets } = parts;
    if (service !== "vector") return refused(409, "only vector replicas store what was embedded");
    const children = fleet.children();
    const embedder = children.find(({ spec }) => spec.service === "embedder");
    if (embedder === undefined) return refused(409, "there is no embedder");
    const texts = openTextEmbedder(embedder.spec.port);
    const replicas: Record<string, { readonly passages: number; readonly changed: number }> = {};
    for (const child of children.filter(({ spec }) => spec.service === service)) {
      const { replica } = child.spec;
      const { reloadToken } = secrets;
      const rebuild = async () => rebuildIndex(child, parts);
      const answer = await fleet.inTurn(replica, () => reembedReplica(child, texts, { config, reloadToken, rebuild }));
      if (!answer.ok) return refused(answer.status, answer.reason);
      replicas[replica] = { passages: answer.passages, changed: answer.changed };
    }
    return answered({ service, replicas });
  },
});
