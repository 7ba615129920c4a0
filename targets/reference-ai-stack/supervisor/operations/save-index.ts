// Has a vector replica write its index file anew with what it holds in memory so far; it answers meanwhile. The replica
// does it itself: whoever ends its process ends the work half-way.
import { request } from "undici";
import { z } from "zod";
import { messageOf } from "../../common/log.ts";
import { answered, operation, parseTexts, refused } from "./operation.ts";

/** Longer than a replica takes to save or to give up: after that nothing is put in place any more, ms. */
const SAVE_TIMEOUT_MS = 60_000;

const saved = z.object({ hash: z.string(), rows: z.number(), added: z.number() });

export const saveIndex = operation({
  name: "save-index",
  scope: "replica",
  parse: parseTexts(["replica"]),
  async run({ replica }, { fleet, secrets }) {
    const child = fleet.child(replica);
    if (child?.spec.service !== "vector") return refused(404, "only vector replicas have an index");
    return fleet.inTurn(replica, async () => {
      try {
        const answer = await request(`http://127.0.0.1:${child.spec.port}/save`, {
          method: "POST",
          headers: { authorization: `Bearer ${secrets.reloadToken}` },
          signal: AbortSignal.timeout(SAVE_TIMEOUT_MS),
        });
        const body = await answer.body.text();
        if (answer.statusCode === 200) return answered(saved.parse(JSON.parse(body)));
        return refused(409, `${replica} answered ${answer.statusCode} to save: ${body.slice(0, 300)}`);
      } catch (error) {
        return refused(502, `${replica} did not save: ${messageOf(error)}`);
      }
    });
  },
});
