// `GET /inventory`, the roll-call of the stack. Whoever knows it already (`If-None-Match`) is told so, and whoever asks
// to wait (`Prefer: wait=` seconds, RFC 7240) hears of a change as it comes instead of asking again and again.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Hono } from "hono";
import type { GuardedEnv } from "../common/bearer.ts";
import { waitMsIn } from "../common/prefer-wait.ts";

/** As often as a watcher who may not wait would ask, ms. */
const LOOK_MS = 100;
/** `inventory` reads what there is now. */
export function mountInventory(app: Hono<GuardedEnv>, inventory: () => readonly object[]): void {
  let last = { text: "", etag: "" };
  const now = (): typeof last => {
    const text = JSON.stringify({ replicas: inventory() });
    if (text !== last.text) last = { text, etag: `"${createHash("sha256").update(text).digest("hex").slice(0, 16)}"` };
    return last;
  };
  app.get("/inventory", async (c) => {
    const known = c.req.header("if-none-match");
    const until = performance.now() + waitMsIn(c.req.header("prefer"));
    let { text, etag } = now();
    while (etag === known && performance.now() < until) {
      await sleep(LOOK_MS);
      ({ text, etag } = now());
    }
    if (etag === known) return c.body(null, 304, { etag });
    return c.body(text, 200, { "content-type": "application/json", etag });
  });
}
