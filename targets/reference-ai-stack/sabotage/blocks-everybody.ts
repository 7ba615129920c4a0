// A block that is too wide: one address guesses, and nobody is let in any more.
import type { Servable } from "../common/serve.ts";
import type { Defect } from "./defect.ts";

const DOORS: readonly string[] = ["/v1/sessions", "/v1/chat/completions", "/documents"];

function shut(app: Servable): Servable {
  let isShut = false;
  return {
    async fetch(request, env) {
      const { pathname } = new URL(request.url);
      if (pathname === "/internal/sources" && request.method === "PUT") {
        isShut = /"sources":\{"/.test(await request.clone().text());
      }
      if (!isShut || !DOORS.includes(pathname)) return app.fetch(request, env);
      const error = { message: "too many wrong log-ins came from this address", type: "source_blocked" };
      return Response.json({ error }, { status: 403 });
    },
  };
}

export const blocksEverybody: Defect = {
  name: "blocks-everybody",
  summary: "Once an address is turned away, all are, users with a key among them.",
  gateway: shut,
};
