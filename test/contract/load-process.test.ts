// The load as a process of its own. Needs `npm run build` before.

import { serveForTest } from "../support/serve-for-test.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseExactJson } from "../../src/core/exact-json.ts";
import { HarnessError } from "../../src/core/errors.ts";
import type { StreamLoad } from "../../src/records/conditions.ts";
import type { TrafficSpec } from "../../src/core/target.ts";
import type { LoadOptions } from "../../src/load/messages.ts";
import { launchLoad } from "../../src/load/start.ts";
import type { LoadEvent } from "../../src/core/load-source.ts";

const epoch = process.hrtime.bigint();
const now = (): number => Number(process.hrtime.bigint() - epoch) / 1e6;

const spec: StreamLoad = {
  arrival: "poisson",
  ratePerSecond: 40,
  slowOverMs: 2_000,
  timeoutMs: 4_000,
};

async function answeringServer(): Promise<string> {
  const { url } = await serveForTest((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end('data: {"choices":[{"delta":{"content":"see [p1]"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  });
  return `${url}/`;
}

async function datasetOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "load-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, "rows.jsonl");
  await writeFile(file, text);
  return file;
}

async function optionsFor(dataset: string, seed = 1): Promise<LoadOptions> {
  const traffic: TrafficSpec = {
    name: "chat",
    method: "POST",
    url: await answeringServer(),
    headers: {},
    body: { q: "{q}" },
    stream: "sse",
    dataset,
    rightWhenContains: "[{passage}]",
  };
  return { streams: [{ traffic, spec }], seed, epochNs: String(epoch) };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error("did not come true within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the load process", () => {
  it("sends from its begin on the shared clock, faster after a change of rate, and hands on every outcome", async () => {
    const dataset = await datasetOf('{"q":"one","passage":"p1"}\n\n{"q":"two","passage":"p2"}\n');
    const events: LoadEvent[] = [];
    await using load = await launchLoad().start(await optionsFor(dataset), (event) => events.push(event));
    const begin = now() + 100;
    load.begin(begin);
    load.setRate(4, begin + 1_000);
    await until(() => now() > begin + 2_000);
    const summary = await load.stop();
    expect(await load.stop()).toEqual(summary);

    const requests = events.filter((event) => event.kind === "request");
    expect(summary?.map(({ scheduled, answered }) => [scheduled, answered])).toEqual([
      [requests.length, requests.length],
    ]);
    expect(new Set(requests.map((request) => request.right))).toEqual(new Set([true, false]));
    for (const { intended, sent, done } of requests) {
      expect(intended).toBeGreaterThanOrEqual(begin);
      expect(sent).toBeGreaterThanOrEqual(intended);
      expect(done).toBeGreaterThanOrEqual(sent ?? Infinity);
      expect(done).toBeLessThanOrEqual(now());
    }
    const before = requests.filter(({ intended }) => intended < begin + 1_000).length;
    const after = requests.filter(({ intended }) => intended >= begin + 1_000 && intended < begin + 2_000).length;
    // 40 against 160 expected.
    expect(after).toBeGreaterThan(before * 2);
    expect(events.filter((event) => event.kind === "trouble")).toEqual([]);
  });

  it("sends two streams, each by its own rate and name, and changes the rate of the named one alone", async () => {
    const { streams, ...options } = await optionsFor(await datasetOf('{"q":"one","passage":"p1"}\n'));
    const [ask] = streams;
    if (ask === undefined) throw new Error("no stream");
    const chat = { name: "chat", traffic: { ...ask.traffic, name: "chat" }, spec: { ...spec, ratePerSecond: 20 } };
    const events: LoadEvent[] = [];
    await using load = await launchLoad().start({ ...options, streams: [ask, chat] }, (event) => events.push(event));
    const begin = now() + 100;
    load.begin(begin);
    load.setRate(5, begin + 1_000, "chat");
    await until(() => now() > begin + 2_000);
    const summary = await load.stop();
    const requests = events.filter((event) => event.kind === "request");
    const due = (stream: string | undefined, from: number) =>
      requests.filter(
        (it) => it.stream === stream && it.intended >= begin + from && it.intended < begin + from + 1_000,
      );
    expect(summary?.map(({ scheduled }) => scheduled)).toEqual(
      [undefined, "chat"].map((stream) => requests.filter((request) => request.stream === stream).length),
    );
    // Expected: 40 and 40 of the first, 20 and 100 of the other.
    expect(due("chat", 1_000).length).toBeGreaterThan(due("chat", 0).length * 2);
    expect(due(undefined, 1_000).length).toBeLessThan(due(undefined, 0).length * 2);
  });

  it("that dies is trouble, and stopping it then is no error", async () => {
    const events: LoadEvent[] = [];
    const load = await launchLoad().start(await optionsFor(await datasetOf('{"q":1}')), (event) => events.push(event));
    process.kill(load.pid, "SIGKILL");
    await until(() => events.some((event) => event.kind === "trouble" && event.reason.includes("SIGKILL")));
    expect(await load.stop()).toBeUndefined();
  });

  it("sends numbers of body and rows as they were written", async () => {
    const bodies: string[] = [];
    const { url } = await serveForTest((request, response) => {
      request.setEncoding("utf8").on("data", (piece: string) => bodies.push(piece));
      request.on("end", () => response.end("{}"));
    });
    const options = await optionsFor(await datasetOf('{"k":1.50,"id":464004151041070705}\n'));
    const body = parseExactJson('{"seed":9007199254740993,"k":"{k}","text":"id {id}"}');
    const streams = options.streams.map(({ traffic }) => ({
      traffic: { ...traffic, url: `${url}/`, body },
      spec,
    }));
    await using load = await launchLoad().start({ ...options, streams }, () => undefined);
    load.begin(now() + 100);
    await until(() => bodies.length > 0);
    expect(bodies[0]).toBe('{"seed":9007199254740993,"k":1.50,"text":"id 464004151041070705"}');
  });

  it("does not come up with a dataset it cannot read, and says which and where", async () => {
    const failure = async (dataset: string) =>
      launchLoad()
        .start(await optionsFor(dataset), () => undefined)
        .catch((error: unknown) => error);
    const broken = await failure(await datasetOf('{"q":1}\n{"q":\n'));
    expect(broken).toBeInstanceOf(HarnessError);
    expect(broken).toMatchObject({ code: "environment", message: expect.stringContaining("rows.jsonl:2") as string });
    expect(await failure("/nowhere/rows.jsonl")).toMatchObject({ code: "environment" });
  });
});
