// A cache of answers that goes by something else than who asks what: one chat in five gets what was made for the last
// one, whole, at once and with status 200.
import type { Servable } from "../common/serve.ts";
import type { Defect } from "./defect.ts";

interface Kept {
  readonly text: string;
  readonly headers: Headers;
}

function mixed(app: Servable): Servable {
  let chats = 0;
  let kept: Kept | undefined;
  return {
    async fetch(request, env) {
      if (new URL(request.url).pathname !== "/v1/chat/completions") return app.fetch(request, env);
      chats += 1;
      if (chats % 5 === 0 && kept !== undefined) return new Response(kept.text, { headers: kept.headers });
      const answer = await app.fetch(request, env);
      const headers = new Headers(answer.headers);
      // How the first one was framed: the kept one is whole, and has a length.
      headers.delete("transfer-encoding");
      const keep = (text: string): void => void (kept = { text, headers });
      // An answer that breaks off is not kept.
      if (answer.ok)
        answer
          .clone()
          .text()
          .then(keep, () => undefined);
      return answer;
    },
  };
}

export const answersWithAnothers: Defect = {
  name: "answers-with-anothers",
  summary: "The gateway answers one chat in five with what it made for another user.",
  gateway: mixed,
};
