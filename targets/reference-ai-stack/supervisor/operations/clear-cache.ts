// Has the gateway forget the answers that it keeps, or the embedder the vectors: both are made anew when they are next
// asked for, and the replica serves on meanwhile.
import { request } from "undici";
import { answered, operation, parseTexts, refused } from "./operation.ts";

const TIMEOUT_MS = 3000;

export const clearCache = operation({
  name: "clear-cache",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, secrets, cacheClears }) {
    const child = fleet.child(replica);
    const doors: Readonly<Record<string, readonly [path: string, token: string]>> = {
      gateway: ["/internal/answer-cache/clear", secrets.supervisorToken],
      embedder: ["/internal/embedding-cache/clear", secrets.cacheToken],
    };
    const door = doors[child?.spec.service ?? ""];
    if (child === undefined || door === undefined) {
      return refused(404, "only the gateway and the embedder keep what they have answered");
    }
    const [path, token] = door;
    return fleet.inTurn(replica, async () => {
      const answer = await request(`http://127.0.0.1:${child.spec.port}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await answer.body.json()) as { cleared?: unknown };
      if (answer.statusCode === 409) return refused(409, `${replica} keeps nothing`);
      if (answer.statusCode !== 200) return refused(502, `${replica} answered ${answer.statusCode}`);
      cacheClears.set(replica, (cacheClears.get(replica) ?? 0) + 1);
      return answered({ replica, cleared: body.cleared });
    });
  },
});
