// Has an inference replica forget what it has cached of prompts: it reads them anew, and serves on meanwhile.
import { request } from "undici";
import { answered, operation, parseTexts, refused } from "./operation.ts";

const TIMEOUT_MS = 3000;

export const clearPrefixCache = operation({
  name: "clear-prefix-cache",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, secrets, cacheClears }) {
    const child = fleet.child(replica);
    if (child?.spec.service !== "inference") return refused(404, "only inference replicas have a prefix cache");
    return fleet.inTurn(replica, async () => {
      const answer = await request(`http://127.0.0.1:${child.spec.port}/reset_prefix_cache`, {
        method: "POST",
        headers: { authorization: `Bearer ${secrets.cacheToken}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await answer.body.json()) as { cleared?: unknown };
      if (answer.statusCode === 200) {
        cacheClears.set(replica, (cacheClears.get(replica) ?? 0) + 1);
        return answered({ replica, cleared: body.cleared });
      }
      return refused(502, `${replica} answered ${answer.statusCode}`);
    });
  },
});
