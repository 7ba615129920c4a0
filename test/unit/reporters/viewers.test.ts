// Viewers who read slowly, or not at all: they cost a page, and keep nobody from anything.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { LivePage } from "../../../src/report/live-state.ts";
import { openViewers } from "../../../src/reporters/live/viewers.ts";
import { openStream } from "../../support/look-live.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const mebibyte = 2 ** 20;

async function served() {
  const viewers = openViewers(() => performance.now());
  const streams: ServerResponse[] = [];
  const { url, port } = await serveForTest((_, answer) => {
    streams.push(answer);
    answer.writeHead(200, { "content-type": "text/event-stream" });
    if (!viewers.add(answer, 0)) answer.destroy();
  });
  onTestFinished(() => viewers.end({ says: "over", html: null }));
  const page = (version: number): LivePage => ({ version, html: "x".repeat(mebibyte) });
  return { viewers, streams, url, port, page };
}

test("a viewer that reads nothing holds two pages at most, however many are sent, and others get each newest one", async () => {
  const { viewers, streams, url, port, page } = await served();
  const deaf = connect(port, "127.0.0.1").pause();
  onTestFinished(() => void deaf.destroy());
  deaf.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const viewer = await openStream(url);
  await expect.poll(() => viewers.count).toBe(2);
  const [most, versions] = [40, new Set<number>()];
  for (let version = 1; version <= most; version += 1) {
    viewers.sendPage(page(version));
    const heard = await viewer.until(({ type }) => type === "page");
    versions.add((heard.data as LivePage).version);
    for (const stream of streams) expect(stream.writableLength).toBeLessThan(3 * mebibyte);
  }
  expect(versions.size).toBe(most);
  // What the kernel holds for it, it gets; of the rest the newest alone.
  const ids: string[] = [];
  deaf.on("data", (piece: Buffer) => ids.push(...(piece.toString("latin1").match(/^id: \d+$/gm) ?? [])));
  deaf.resume();
  await expect.poll(() => ids.at(-1)).toBe(`id: ${most}`);
  expect(ids.length).toBeLessThan(most / 2);
});

test("who goes away is forgotten, and more than thirty-two are refused", async () => {
  const { viewers, url } = await served();
  const all = await Promise.all(Array.from({ length: 32 }, () => openStream(url)));
  expect(viewers.count).toBe(32);
  await expect(openStream(url).then(async (one) => one.rest())).rejects.toThrow();
  for (const one of all.slice(1)) one.leave();
  await expect.poll(() => viewers.count).toBe(1);
});

test("the end is sent after what was on its way, and nothing comes after it", async () => {
  const { viewers, streams, url, page } = await served();
  const viewer = await openStream(url);
  viewers.sendPage(page(1));
  const closed = Promise.all(streams.map((stream) => once(stream, "close")));
  await viewers.end({ says: "over", html: null });
  viewers.sendPage(page(2));
  expect((await viewer.rest()).map(({ type }) => type)).toEqual(["page", "end"]);
  await closed;
});
