// Two defects of a gateway that turns sources away: who is let in, and what it shows of that.
import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Servable } from "../../../../../targets/reference-ai-stack/common/serve.ts";
import { blockClaimedNotDone } from "../../../../../targets/reference-ai-stack/sabotage/block-claimed-not-done.ts";
import { blocksEverybody } from "../../../../../targets/reference-ai-stack/sabotage/blocks-everybody.ts";
import type { Defect } from "../../../../../targets/reference-ai-stack/sabotage/defect.ts";

/** A gateway that looks at one more guess with each log-in, and notes what it is told to block. */
function stand({ gateway }: Defect) {
  let refusedInAll = 40;
  const told: unknown[] = [];
  const own = new Hono();
  own.post("/v1/sessions", (c) => c.json({ looked: (refusedInAll += 1) }, 401));
  own.post("/v1/chat/completions", (c) => c.text("answered"));
  own.get("/internal/sources", (c) => c.json({ sources: [{ source: "127.0.0.66", refusedInAll, blockedMs: 0 }] }));
  own.put("/internal/sources", async (c) => (told.push(await c.req.json()), c.json({})));
  const app: Servable = gateway?.(own) ?? own;
  const ask = async (method: string, path: string, body?: object): Promise<Response> =>
    app.fetch(new Request(`http://gateway${path}`, { method, ...(body && { body: JSON.stringify(body) }) }));
  return { ask, told, block: (sources: object) => ask("PUT", "/internal/sources", { sources }) };
}

test("the one shuts every door once any address is blocked, and opens them with the last block's end", async () => {
  const { ask, block } = stand(blocksEverybody);
  const statuses = async () => [
    (await ask("POST", "/v1/sessions", {})).status,
    (await ask("POST", "/v1/chat/completions", {})).status,
    (await ask("GET", "/internal/sources")).status,
  ];
  expect(await statuses()).toEqual([401, 200, 200]);
  await block({ "127.0.0.66": 60_000 });
  expect(await statuses()).toEqual([403, 403, 200]);
  await block({});
  expect(await statuses()).toEqual([401, 200, 200]);
});

test("the other shows a block and no more guesses, and looks at every one as before", async () => {
  const { ask, block, told } = stand(blockClaimedNotDone);
  expect((await block({ "127.0.0.66": 60_000 })).status).toBe(200);
  const seen = async () => ((await (await ask("GET", "/internal/sources")).json()) as { sources: unknown[] }).sources;
  expect(await seen()).toEqual([{ source: "127.0.0.66", refusedInAll: 40, blockedMs: 60_000 }]);
  expect(await (await ask("POST", "/v1/sessions", {})).json()).toEqual({ looked: 41 });
  expect(await seen()).toEqual([{ source: "127.0.0.66", refusedInAll: 40, blockedMs: 60_000 }]);
  expect(told).toEqual([]);
});
