import { serveForTest } from "../../support/serve-for-test.ts";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFeed } from "../../../src/probes/healer-claims.ts";
import type { FeedItem } from "../../../src/probes/healer-claims.ts";
import { event, claim, feedServer, listen, until, states, has } from "./claim-cases.ts";

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
    const { url } = await serveForTest((_request, response) => {
      refused += 1;
      response.writeHead(503, { "content-type": "application/json" });
      response.end("{}");
    });
    const items = listen(`${url}/events`);
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
