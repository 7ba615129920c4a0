// A fallback with a budget of its own: a chat that nobody could answer is asked anew at once, from the first service
// on, with as many retries as the first time, and whatever was said of when to come again.
import type { Servable } from "../common/serve.ts";
import type { Defect } from "./defect.ts";

/** So often at most, so that it ends. */
const TIMES = 20;

function insisting(app: Servable): Servable {
  return {
    async fetch(request, env) {
      const { url, method, headers, signal } = request;
      if (new URL(url).pathname !== "/v1/chat/completions") return app.fetch(request, env);
      const body = await request.text();
      for (let time = 1; ; time += 1) {
        const answer = await app.fetch(new Request(url, { method, headers, body, signal }), env);
        if (time === TIMES || signal.aborted || (answer.status !== 429 && answer.status < 500)) return answer;
        await answer.body?.cancel();
      }
    },
  };
}

export const asksAgainAtOnce: Defect = {
  name: "asks-again-at-once",
  summary: "The gateway asks all services anew, with a fresh budget of retries, for each chat that was turned away.",
  gateway: insisting,
};
