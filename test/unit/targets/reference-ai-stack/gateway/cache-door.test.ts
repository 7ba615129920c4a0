// The doors of the cache of answers by themselves.
import { Hono } from "hono";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import type { TracedEnv } from "../../../../../targets/reference-ai-stack/common/telemetry/traced.ts";
import type { AnswerCache } from "../../../../../targets/reference-ai-stack/gateway/answer-cache.ts";
import { mountAnswerCache } from "../../../../../targets/reference-ai-stack/gateway/cache-door.ts";
import { createCacheMetrics } from "../../../../../targets/reference-ai-stack/gateway/cache-metrics.ts";
import { createGivenAgain } from "../../../../../targets/reference-ai-stack/gateway/given-again.ts";
import { anyBodies } from "../../../../support/any-bodies.ts";

it("remembers the last sixteen chats that were answered out of it", () => {
  const given = createGivenAgain();
  for (let n = 0; n < 20; n += 1) given.note({ messages: [{ role: "user", content: `${n}` }], stream: n % 2 === 0 });
  expect(given.list()).toHaveLength(16);
  expect(given.list()[0]).toEqual({ messages: [{ role: "user", content: "19" }] });
});

it("answers a thousand bodies at the door for changed documents, and drops nothing by what it refuses", async () => {
  const drops: object[] = [];
  const cache = { documentChanged: (changed: object) => drops.push(changed) } as unknown as AnswerCache;
  const app = new Hono<TracedEnv>();
  const metrics = createCacheMetrics(new Registry());
  const parts = { cache, metrics, given: createGivenAgain() };
  mountAnswerCache(app, parts, { supervisor: undefined, ingestion: "ingests", healer: undefined });
  const headers = { authorization: "Bearer ingests" };
  const seen = new Map<number, number>();
  for (const { body, type } of anyBodies(1000, 15, {
    document: "nobody",
    vectors: [Array.from({ length: 512 }, () => -0.5)],
  })) {
    const typed = { ...headers, ...(type !== "" && { "content-type": type }) };
    const { status } = await app.request("/internal/answer-cache/documents", { method: "POST", body, headers: typed });
    seen.set(status, (seen.get(status) ?? 0) + 1);
  }
  expect([...seen.keys()].filter((status) => ![200, 400, 413].includes(status))).toEqual([]);
  expect([seen.get(200) ?? 0, (seen.get(400) ?? 0) > 250]).toEqual([drops.length, true]);
});
