// For the defects of the gateway that begin once traffic is being moved: notices the first weight of 0, and has chats
// answered otherwise.
import type { Servable } from "../common/serve.ts";

/** From the first drain on `answer` says what a chat gets; undefined: the gateway's own answer. */
export function onceDrained(app: Servable, answer: (chat: Request) => Response | undefined): Servable {
  let drained = false;
  return {
    async fetch(request, env) {
      const { pathname } = new URL(request.url);
      if (pathname === "/internal/weights" && request.method === "PUT") {
        drained ||= /:\s*0\s*[,}]/.test(await request.clone().text());
      }
      const isChat = drained && pathname === "/v1/chat/completions";
      return (isChat ? answer(request) : undefined) ?? app.fetch(request, env);
    },
  };
}
