// Looks fast by serving few: three of four chats are turned away with 503, the others have the stack to themselves.
import { onceDrained } from "./after-drain.ts";
import type { Defect } from "./defect.ts";

export const shedMostTraffic: Defect = {
  name: "shed-most-traffic",
  summary: "Once a replica is drained, three of four chats get 503 at once.",
  gateway: (app) => {
    let chats = 0;
    return onceDrained(app, () => {
      chats += 1;
      return chats % 4 === 0 ? undefined : Response.json({ error: { message: "overloaded" } }, { status: 503 });
    });
  },
};
