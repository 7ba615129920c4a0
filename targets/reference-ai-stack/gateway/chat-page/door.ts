// The chat page: plain pages for who asks, served by the gateway itself, and the passages that answers cite. It asks
// questions by the same door as every other client.

import type { Hono } from "hono";
import { html } from "hono/html";
import { chatError } from "../../common/chat-request.ts";
import { messageOf, type Logger } from "../../common/log.ts";
import { PAGE_HEADERS } from "../../common/page-headers.ts";
import type { Tracer } from "../../common/telemetry/span.ts";
import { traced, type TracedEnv } from "../../common/telemetry/traced.ts";
import { NotKnown, retryBudget } from "../ask.ts";
import type { Services } from "../services.ts";
import { failureType } from "../upstream-failure.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** Longer ids are no passage's. */
const LONGEST_ID = 512;

/** Everything below `/chat`, and the way there from `/`. */
export function mountChatPage(
  app: Hono<TracedEnv>,
  services: Services,
  options: { readonly tracer: Tracer; readonly log: Logger },
): void {
  app.use("/chat/*", async (c, next) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    return next();
  });
  app.get("/", (c) => c.redirect("/chat"));
  app.get("/chat", (c) => c.html(PAGE, 200, PAGE_HEADERS));
  app.get("/chat/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/chat/script.js", (c) => c.body(SCRIPT, 200, { "content-type": "text/javascript; charset=utf-8" }));
  // Ids hold slashes (`fs/promises.open#1`), so the rest of the path is the id.
  app.get("/chat/passages/:id{.+}", traced({ ...options, isBorder: true }, "failures"), async (c) => {
    const id = c.req.param("id");
    const span = c.get("span");
    if (id.length > LONGEST_ID) return c.json(chatError("no passage has so long an id", "invalid_request_error"), 404);
    try {
      const passage = await services.passage(id, { signal: c.req.raw.signal, span, budget: retryBudget() });
      return passage === undefined
        ? c.json(chatError("no such passage", "invalid_request_error"), 404)
        : c.json(passage);
    } catch (error) {
      span.fail(failureType(error));
      options.log.warn("a passage could not be read", { id, reason: messageOf(error) }, span.context);
      const isNotKnown = error instanceof NotKnown;
      const says = isNotKnown ? "whether there is such a passage is not known now" : "the passage cannot be read now";
      return c.json(chatError(says, "unavailable"), 503);
    }
  });
}

const PAGE = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Ask the documentation</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="/chat/style.css" />
      <script src="/chat/script.js" defer></script>
    </head>
    <body>
      <header>
        <h1>Ask the documentation</h1>
        <p class="muted">Answers on Node.js, with the passages they come from. Each question stands by itself.</p>
      </header>
      <main>
        <div id="turns"></div>
        <noscript><p class="bad">This page asks by its script, and your browser runs none.</p></noscript>
      </main>
      <form id="ask">
        <label for="question">Your question</label>
        <div class="row">
          <textarea id="question" rows="1" maxlength="2000" autofocus></textarea>
          <button id="send" class="main">Ask</button>
        </div>
      </form>
      <dialog id="passage" aria-labelledby="passage-name">
        <h2 id="passage-name"></h2>
        <p id="passage-state" role="status"></p>
        <div id="passage-text" tabindex="0" role="region" aria-label="Text of the passage"></div>
        <div class="row">
          <button id="passage-again" hidden>Try again</button>
          <button id="passage-close" class="main">Close</button>
        </div>
      </dialog>
    </body>
  </html>`;
