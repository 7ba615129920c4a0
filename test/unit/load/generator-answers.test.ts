import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { TrafficSpec } from "../../../src/core/target.ts";
import { makeGenerator } from "../../../src/load/generator.ts";
import { spec, serve, bodyOf, stream, STOP, END, run } from "./generator-cases.ts";

describe("an answer of the open-loop generator", () => {
  it("without its end is taken for cut, and says how the connection was lost", async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      stream(response, "half an ans");
      if (asked % 3 === 0) response.end();
      else if (asked % 3 === 1) setTimeout(() => response.socket?.end(), 5);
      else setTimeout(() => response.socket?.resetAndDestroy(), 5);
    });
    const { requests } = await run(url, 9);
    expect(requests.length).toBeGreaterThanOrEqual(9);
    expect(new Set(requests.map((request) => request.error))).toEqual(new Set(["cut stream", "reset"]));
    for (const request of requests) {
      expect(request).toMatchObject({ outcome: "error", done: null, right: null });
      expect(request.firstToken).not.toBeNull();
    }
  });

  it("is timed by the event that ends it, though the connection stays open", async () => {
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.write(END);
    });
    const short = { ...spec, slowOverMs: 1_000, timeoutMs: 3_000 };
    const { requests, summary } = await run(url, 40, { rightWhenContains: "yes" }, { spec: short, maxInFlight: 4 });
    // A load that waited for the connection's end would send no more than four.
    const sent = requests.filter((request) => request.sent !== null);
    expect(sent.length).toBeGreaterThan(4);
    for (const request of sent) {
      expect(request).toMatchObject({ outcome: "answered", right: true });
      expect((request.done ?? Infinity) - request.intended).toBeLessThan(short.timeoutMs);
    }
    expect(summary).toMatchObject({ errors: 0, abandoned: 0 });
  });

  it("lets go of its connection, which stays open after it is over", async () => {
    let letGo: (() => void) | undefined;
    const isGone = new Promise<void>((resolve) => (letGo = resolve));
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.write(END);
      response.once("close", () => letGo?.());
    });
    const events: unknown[] = [];
    const traffic: TrafficSpec = { name: "chat", method: "POST", url, headers: {}, body: null, stream: "sse" };
    const clock = { now: () => performance.now() };
    const emit = (event: unknown): void => void events.push(event);
    const generator = makeGenerator({ traffic, rows: [{}], spec, seed: 5, clock, emit });
    generator.begin(clock.now() + 20);
    // Nothing but the load closes it: without that the test would run out of time.
    await isGone;
    expect(await generator.stop(spec.timeoutMs)).toMatchObject({ errors: 0, abandoned: 0 });
    expect(events.length).toBeGreaterThan(0);
  });

  it("leaves a connection that is used again when it ended with its last event", async () => {
    const connections = new Set<unknown>();
    const url = await serve((request, response) => {
      connections.add(request.socket);
      stream(response, "yes");
      response.end(END);
    });
    // One at a time, so that no two need a connection each; what is due meanwhile is not sent.
    const { requests } = await run(url, 40, {}, { maxInFlight: 1 });
    const answered = requests.filter((request) => request.outcome === "answered");
    expect(requests.filter(({ outcome }) => outcome === "error")).toEqual([]);
    expect(answered.length).toBeGreaterThan(2);
    expect(connections.size).toBeLessThanOrEqual(answered.length / 2);
  });

  it("has the status of a bad head, though its body never ends", async () => {
    const url = await serve((_request, response) => response.writeHead(503).write("please wait"));
    const { requests } = await run(url, 3);
    for (const request of requests)
      expect(request).toMatchObject({ outcome: "error", error: "status 503", right: null });
  });

  it("comes after an early hint", async () => {
    const url = await serve((_request, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      stream(response, "yes");
      response.end(END);
    });
    const { requests } = await run(url, 3);
    for (const request of requests) expect(request).toMatchObject({ outcome: "answered" });
  });

  it("may have a remark beside it", async () => {
    const url = await serve((_request, response) => {
      stream(response, "yes");
      response.end(STOP);
    });
    const { requests } = await run(url, 3);
    for (const request of requests) expect(request).toMatchObject({ outcome: "answered", note: "no terminator" });
  });

  it("names other failures: status, refused connection, an error inside the stream", async () => {
    const busy = await serve((_request, response) => response.writeHead(503).end());
    const broken = await serve((_request, response) => {
      stream(response, "so ");
      response.end('data: {"error":{"message":"no"}}\n\ndata: [DONE]\n\n');
    });
    const errors = async (url: string) => new Set((await run(url, 3)).requests.map((request) => request.error));
    expect(await errors(busy)).toEqual(new Set(["status 503"]));
    expect(await errors(broken)).toEqual(new Set(["error in stream"]));
    expect(await errors("http://127.0.0.1:1/")).toEqual(new Set(["connection refused"]));
  });

  it("is right when it contains what the row says, over chunk boundaries, and else wrong", async () => {
    const url = await serve((request, response) => {
      void bodyOf(request).then((text) => {
        const { question } = JSON.parse(text) as { question: string };
        const [first, second] = question === "about a" ? ["see [pass", "age-a]"] : ["see [passage-", "x]"];
        stream(response, "", first ?? "", second ?? "");
        response.end(END);
      });
    });
    const rows = [
      { question: "about a", passage: "passage-a" },
      { question: "about b", passage: "passage-b" },
    ];
    const { requests } = await run(
      url,
      20,
      { body: { question: "{question}" }, rightWhenContains: "[{passage}]" },
      { rows },
    );
    expect(requests.every((request) => request.outcome === "answered")).toBe(true);
    const rights = requests.map((request) => request.right);
    expect(rights).toContain(true);
    expect(rights).toContain(false);
    for (const { sent, firstToken, done } of requests) {
      expect(sent ?? Infinity).toBeLessThanOrEqual(firstToken ?? -1);
      expect(firstToken ?? Infinity).toBeLessThanOrEqual(done ?? -1);
    }
    const again = await run(url, 20, { body: { question: "{question}" }, rightWhenContains: "[{passage}]" }, { rows });
    const both = Math.min(rights.length, again.requests.length);
    expect(again.requests.map((request) => request.right).slice(0, both)).toEqual(rights.slice(0, both));
  });

  it("comes to a request filled by a row: URL, headers and body; without a right it says null", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ url: request.url, tag: request.headers["x-tag"], body: JSON.parse(body) as unknown });
        response.end("whole");
      });
    });
    const { requests } = await run(
      `${url}?q={text}`,
      1,
      { stream: "whole", headers: { "X-Tag": "{tag}" }, body: { list: ["{text}"], keep: "{unknown}" } },
      { rows: [{ text: 'a "b" & c', tag: 7 }] },
    );
    expect(seen[0]).toEqual({
      url: "/v1/chat?q=a%20%22b%22%20%26%20c",
      tag: "7",
      body: { list: ['a "b" & c'], keep: "{unknown}" },
    });
    expect(requests[0]).toMatchObject({ outcome: "answered", right: null, firstToken: null });
  });
});
