import { once } from "node:events";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import fc from "fast-check";
import { parseClaim } from "../../../src/probes/claim.ts";
import { openFeed } from "../../../src/probes/healer-claims.ts";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";

const event = {
  specversion: "1.0",
  id: "e-1",
  source: "/healer",
  type: "healing.incident.detected",
  subject: "inc-1",
  time: "2026-01-01T00:00:00Z",
  data: { incident: "inc-1", scope: { service: "vector", replica: "vector-2" }, confidence: 0.9, reasons: ["odd"] },
};
const claim = {
  type: "detected",
  id: "e-1",
  incident: "inc-1",
  time: "2026-01-01T00:00:00Z",
  scope: { service: "vector", replica: "vector-2" },
  confidence: 0.9,
  reasons: ["odd"],
};

interface Feed {
  readonly server: Server;
  readonly url: string;
  readonly listeners: ServerResponse[];
}

async function feedServer(port = 0): Promise<Feed> {
  const listeners: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    listeners.push(response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `http://127.0.0.1:${address.port}/events`, listeners };
}

/** Listens for the length of the test; what came in so far. */
function listen(url: string): FeedItem[] {
  const stop = new AbortController();
  const items: FeedItem[] = [];
  const listening = openFeed(url, { now: () => performance.now() }, stop.signal, (item) => items.push(item));
  onTestFinished(async () => {
    stop.abort();
    await listening;
  });
  return items;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 4_500;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("did not come true within 4.5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const states = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === "feed" ? [item.state] : []));
const has = (items: readonly FeedItem[], kind: FeedItem["kind"]) => items.some((item) => item.kind === kind);

describe("the incident feed", () => {
  it("gives claims stamped at arrival, after open, cut anywhere on the way", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    const before = performance.now();
    const text = `event: claim\ndata: ${JSON.stringify(event)}\n\n`;
    for (let at = 0; at < text.length; at += 97) {
      listeners[0]?.write(text.slice(at, at + 97));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => has(items, "claim"));
    expect(states(items)[0]).toBe("open");
    const found = items.find((item) => item.kind === "claim");
    expect(found).toMatchObject({ kind: "claim", claim });
    expect(found?.at).toBeGreaterThanOrEqual(before);
  });

  it.each(["", "\n", "\r\n"])("hears a last claim that ends in %j when the feed ends cleanly", async (end) => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    listeners[0]?.end(`data: ${JSON.stringify(event)}${end}`);
    await until(() => states(items).includes("lost"));
    expect(items.find((item) => item.kind === "claim")).toMatchObject({ claim });
  });

  it("does not call a claim that the end of the feed cut off a mistake", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    listeners[0]?.end(`data: ${JSON.stringify(event).slice(0, -9)}`);
    await until(() => states(items).includes("lost"));
    expect(items.filter(({ kind }) => kind === "claim" || kind === "trouble")).toEqual([]);
  });

  it("writes alive for heartbeats", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    const beat = setInterval(() => listeners[0]?.write(": beat\n\n"), 30);
    onTestFinished(() => clearInterval(beat));
    await until(() => states(items).filter((state) => state === "alive").length > 3);
    expect(states(items)).not.toContain("lost");
  });

  it("stamps a beat and a claim that were read together with one instant, in however many pieces they came", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    const beat = setInterval(() => {
      listeners[0]?.write(": beat\n\n");
      listeners[0]?.write(`data: ${JSON.stringify(event)}\n\n`);
    }, 30);
    onTestFinished(() => clearInterval(beat));
    await until(() => items.filter((item) => item.kind === "claim").length > 3);
    const beats = items.filter((item) => item.kind === "feed" && item.state === "alive");
    expect(beats.length).toBeGreaterThan(2);
    const claims = new Set(items.flatMap((item) => (item.kind === "claim" ? [item.at] : [])));
    expect(beats.every(({ at }) => claims.has(at))).toBe(true);
  });

  it("writes lost when the connection breaks, and open again when the feed is back", async () => {
    const first = await feedServer();
    const items = listen(first.url);
    await until(() => states(items).includes("open"));
    const closed = once(first.server, "close");
    first.server.close();
    first.server.closeAllConnections();
    await closed;
    await until(() => states(items).includes("lost"));
    const second = await feedServer(Number(new URL(first.url).port));
    await until(() => states(items).filter((state) => state === "open").length === 2);
    second.listeners[0]?.write(`data: ${JSON.stringify(event)}\n\n`);
    await until(() => has(items, "claim"));
    expect(states(items).filter((state) => state === "lost")).toHaveLength(1);
  });

  it("writes lost when the feed falls silent, without giving the connection up at once", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => states(items).includes("lost"));
    listeners[0]?.write(": beat\n\n");
    await until(() => states(items).filter((state) => state === "open").length === 2);
    expect(listeners).toHaveLength(1);
  });

  it("writes trouble for an event that is not as the contract says, and goes on", async () => {
    const { url, listeners } = await feedServer();
    const items = listen(url);
    await until(() => listeners.length === 1);
    const odd = { ...event, specversion: "0.3" };
    listeners[0]?.write(`data: ${JSON.stringify(odd)}\n\ndata: {"secret":\n\ndata: ${JSON.stringify(event)}\n\n`);
    await until(() => has(items, "claim"));
    const troubles = items.filter((item) => item.kind === "trouble");
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toMatchObject({ where: "feed", reason: expect.stringContaining("specversion") as string });
    expect(troubles[1]?.reason).not.toContain("secret");
  });

  it("tries again when the feed is refused with a body that nobody reads", async () => {
    let refused = 0;
    const server = createServer((_request, response) => {
      refused += 1;
      response.writeHead(503, { "content-type": "application/json" });
      response.end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const items = listen(`http://127.0.0.1:${address.port}/events`);
    await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(items).toEqual([expect.objectContaining({ kind: "feed", state: "refused", reason: "answered 503" })]);
  });

  it("does not give up when nothing listens, and ends when told to", async () => {
    const stop = new AbortController();
    const items: FeedItem[] = [];
    const listening = openFeed("http://127.0.0.1:1/", { now: () => 0 }, stop.signal, (item) => items.push(item));
    await new Promise((resolve) => setTimeout(resolve, 250));
    stop.abort();
    await listening;
    expect(items).toEqual([{ kind: "feed", at: expect.any(Number), state: "refused", reason: "connection refused" }]);
  });
});

describe("a claim", () => {
  it("keeps every field of the contract, and all others under one key", () => {
    const runnersUp = [{ class: "overload", confidence: 0.2 }];
    const scope = { ...event.data.scope, pod: "p-7" };
    const data = {
      ...event.data,
      scope,
      class: "latency",
      pathway: "p",
      action: "a",
      outcome: "done",
      runnersUp,
      score: 3,
    };
    const full = { ...event, extension: 1, type: "healing.incident.action.finished", data };
    expect(parseClaim(JSON.stringify(full))).toEqual({
      ok: true,
      claim: {
        ...claim,
        type: "action.finished",
        class: "latency",
        pathway: "p",
        action: "a",
        outcome: "done",
        runnersUp,
        more: { extension: 1, scope: { pod: "p-7" }, score: 3 },
      },
    });
  });

  it("with runners-up that are none is a claim all the same, and shows them as they are", () => {
    for (const runnersUp of ["overload", [{ class: "overload", confidence: 20 }], [{ name: "x" }]]) {
      const result = parseClaim(JSON.stringify({ ...event, data: { ...event.data, runnersUp } }));
      expect(result).toEqual({ ok: true, claim: { ...claim, more: { runnersUp } } });
    }
    const none = parseClaim(JSON.stringify({ ...event, data: { ...event.data, runnersUp: [] } }));
    expect(none).toEqual({ ok: true, claim });
  });

  it("keeps no likely secret, no make-up of objects and no number that was misread", () => {
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${"x".repeat(30)}`;
    const more = {
      apiKey: "abc",
      note: `sent with Bearer ${"y".repeat(20)}`,
      at: jwt,
      db: "postgres://u:pw@h/x",
      big: 0,
    };
    const text = JSON.stringify({ ...event, data: { ...event.data, ...more } }).replace(
      '"big":0',
      '"big":9007199254740993,"__proto__":{"polluted":true}',
    );
    const result = parseClaim(text);
    expect(result).toMatchObject({
      claim: {
        more: { apiKey: "(hidden)", note: "(hidden)", at: "(hidden)", db: "(hidden)", big: "(a number beyond 2^53)" },
      },
    });
    expect(JSON.stringify(result)).not.toContain("polluted");
  });

  it("keeps what it says besides within bounds, whatever that is, and as the record on disk can be read again", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })), fc.nat(3), (more, size) => {
        const long = {
          long: "x".repeat(10 ** (size + 2)),
          deep: Array.from({ length: 10 ** size }, () => [[[[[1]]]]]),
        };
        const result = parseClaim(JSON.stringify({ ...event, data: { ...more, ...long, ...event.data } }));
        const kept = result.ok ? result.claim : undefined;
        expect(JSON.stringify(kept?.more ?? {}).length).toBeLessThan(40_000);
        const line: unknown = JSON.parse(JSON.stringify({ kind: "claim", at: 1, claim: kept }));
        expect(timelineEventSchema.safeParse(line).success).toBe(true);
      }),
    );
  });

  it("is refused, with the field, when something is missing or of another kind", () => {
    const { reasons: _reasons, ...withoutReasons } = event.data;
    const wrong: readonly (readonly [string, unknown])[] = [
      ["type", { ...event, type: "healing.incident.guessed" }],
      ["type", { ...event, type: "detected" }],
      ["subject", { ...event, subject: "inc-2" }],
      ["data.scope", { ...event, data: { ...event.data, scope: undefined } }],
      ["data.reasons", { ...event, data: withoutReasons }],
      ["data.confidence", { ...event, data: { ...event.data, confidence: 90 } }],
      ["source", { ...event, source: undefined }],
    ];
    for (const [field, value] of wrong) {
      const result = parseClaim(JSON.stringify(value));
      expect(result.ok ? "accepted" : result.reason).toMatch(new RegExp(`^${field}: `));
    }
  });
});
