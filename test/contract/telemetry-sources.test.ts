// Every source of the healer's telemetry keeps the same contract: what a server counts is what is read, and what cannot
// be read is never taken for a 0.

import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gaugeOf, riseOf } from "../../targets/reference-ai-stack/healer/detection/metrics/metric-rises.ts";
import type { MetricLook, MetricsSeen } from "../../targets/reference-ai-stack/healer/telemetry/metrics/metric-look.ts";
import { openSource } from "../../targets/reference-ai-stack/healer/telemetry/metrics/open-source.ts";
import type { TelemetrySource } from "../../targets/reference-ai-stack/healer/telemetry/metrics/telemetry-source.ts";
import { readTelemetry } from "../../targets/reference-ai-stack/telemetry-settings.ts";
import { MadeServer } from "../builders/made-server.ts";
import { sendPages, startCollector } from "../support/collector.ts";
import { noPrometheus, startPrometheus } from "../support/prometheus.ts";
import { serveForTest } from "../support/serve-for-test.ts";

interface World {
  readonly source: TelemetrySource;
  /** Ends what the source reads through; absent: it reads the replicas themselves. */
  readonly cut?: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** What a source is told of a page that asks for a key, of a dead replica, and of values that are no numbers. */
const asks = { locked: { says: expect.stringContaining("401") }, dead: "unreachable", odd: [Number.NaN, Infinity] };
/** A collector knows only that it hears nothing, and nobody can send it such values. */
const hears = { locked: { why: "stale" }, dead: "stale", odd: [null, null] };
const sources = [
  { name: "scrape", open: openScrape, missing: undefined, ...asks },
  { name: "prometheus", open: openPrometheus, missing: noPrometheus, ...asks },
  { name: "collector", open: openCollector, missing: undefined, ...hears },
] as const;

async function openScrape(): Promise<World> {
  return { source: sourceOf({}), [Symbol.asyncDispose]: async () => undefined };
}

async function openPrometheus(port: number): Promise<World> {
  const server = await startPrometheus([port]);
  const source = sourceOf({ STACK_TELEMETRY_SOURCE: "prometheus", STACK_TELEMETRY_URL: server.url });
  return { source, cut: () => server.end(), [Symbol.asyncDispose]: () => server.end() };
}

async function openCollector(port: number): Promise<World> {
  const collector = await startCollector();
  const end = await sendPages(port, collector, { service: "inference", replica: "inference-1" });
  const source = sourceOf({ STACK_TELEMETRY_SOURCE: "collector" }, collector.port);
  const cut = (): Promise<void> => collector.end();
  return { source, cut, [Symbol.asyncDispose]: async () => void (await Promise.all([end(), cut()])) };
}

function sourceOf(env: Readonly<Record<string, string>>, collectorPort: number | null = null): TelemetrySource {
  return openSource(readTelemetry(env, { replicas: [], collectorPort }), () => performance.now());
}

/** A server of made numbers on a port, and what it answers instead of its page. */
async function replica() {
  const made = new MadeServer();
  const answers = { status: 200, text: undefined as string | undefined, type: "text/plain; version=0.0.4" };
  const served = await serveForTest((_, response) => {
    response.writeHead(answers.status, { "content-type": answers.type }).end(answers.text ?? made.page());
  });
  const entry = { service: "inference", replica: "inference-1", pid: 1, port: served.port };
  return { made, answers, entry, end: served.end };
}

/** Looks until one is as wanted: a Prometheus server learns of a change with its next scrape. */
async function until(
  source: TelemetrySource,
  entry: Parameters<TelemetrySource["look"]>[0],
  wanted: (look: MetricLook) => boolean,
): Promise<MetricLook> {
  for (let n = 0; ; n += 1) {
    const look = await source.look(entry);
    if (wanted(look) || n > 200) return look;
    await sleep(50);
  }
}

const isSeen = (look: MetricLook): look is MetricsSeen => look.ok;
const showing =
  (signal: string, value: number) =>
  (look: MetricLook): boolean =>
    look.ok && gaugeOf(look, signal) === value;

it("a page is asked for the catalogue's series alone, and as a whole where a server knows no names", async () => {
  const made = new MadeServer();
  const asked: URLSearchParams[] = [];
  const { port } = await serveForTest((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    asked.push(searchParams);
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(searchParams.has("name[]") ? "\n" : made.page());
  });
  const entry = { service: "inference", replica: "inference-1", pid: 1, port };
  const source = sourceOf({});
  for (let look = 0; look < 2; look += 1) expect(await source.look(entry)).toMatchObject({ ok: true });
  expect(asked.map((one) => one.getAll("name[]").includes("vllm:num_requests_running"))).toEqual([true, false, false]);
});

describe.each(sources)("$name as a source of telemetry", ({ name, open, missing, locked, dead, odd }) => {
  const test = it.skipIf(missing !== undefined);

  test("reads what the server counts, in canonical units, and what came between two readings", async () => {
    const { made, entry } = await replica();
    await using world = await open(entry.port);
    made.running = 2;
    made.serve(3);
    const before = await until(world.source, entry, showing("running", 2));
    made.running = 5;
    made.serve(4, { queue: 0.2, prefill: 0.1, decode: 0.9 });
    const after = await until(world.source, entry, showing("running", 5));
    if (!isSeen(before) || !isSeen(after)) throw new Error("nothing was seen");
    expect(after.at).toBeGreaterThan(before.at);
    expect(gaugeOf(after, "kv-use")).toBe(0.1);
    expect(riseOf(before, after, "success")?.count).toBe(4);
    expect(riseOf(before, after, "generation-tokens")?.count).toBe(160);
    expect(riseOf(before, after, "failure")?.count).toBe(0);
    const e2e = riseOf(before, after, "e2e");
    expect(e2e?.sum).toBeCloseTo(4.8, 6);
    expect(e2e?.spans?.find(({ count }) => count === 4)).toMatchObject({ lo: 1, hi: 2.5 });
    expect(world.source.name).toBe(name);
    expect([world.source.reads("inference"), world.source.reads("vector")]).toEqual([true, false]);
  });

  test("takes a series that vanished for unknown, never for 0", async () => {
    const { made, entry } = await replica();
    await using world = await open(entry.port);
    made.running = 2;
    await until(world.source, entry, showing("running", 2));
    made.missing.add("vllm:num_requests_running");
    made.kv = 0.2;
    const look = await until(world.source, entry, showing("kv-use", 0.2));
    if (!isSeen(look)) throw new Error("nothing was seen");
    expect(gaugeOf(look, "running")).toBeNull();
    expect(gaugeOf(look, "waiting")).toBe(0);
  });

  test("says what is wrong, each for its reason, instead of what it saw before", async () => {
    const { made, answers, entry, end } = await replica();
    await using world = await open(entry.port);
    made.running = 2;
    await until(world.source, entry, showing("running", 2));
    const bad = (look: MetricLook): boolean => !look.ok;
    Object.assign(answers, { status: 401, text: "no" });
    expect(await until(world.source, entry, bad)).toMatchObject({ ok: false, ...locked });
    Object.assign(answers, { status: 200, text: "something_else 1\n" });
    const isOther = (look: MetricLook): boolean => !look.ok && look.why === "no-series";
    expect(await until(world.source, entry, isOther)).toMatchObject({ why: "no-series" });
    Object.assign(answers, { text: undefined });
    expect(await until(world.source, entry, isSeen)).toMatchObject({ ok: true });
    Object.assign(answers, { text: "vllm:num_requests_running 2\nthis is no metric\n" });
    expect(await until(world.source, entry, bad)).toMatchObject({ ok: false });
    Object.assign(answers, { text: undefined });
    expect(await until(world.source, entry, isSeen)).toMatchObject({ ok: true });
    await end();
    expect(await until(world.source, entry, bad)).toMatchObject({ ok: false, why: dead });
  });

  test("has no numbers when it is cut off itself", async () => {
    const { made, entry, end } = await replica();
    await using world = await open(entry.port);
    made.running = 2;
    await until(world.source, entry, showing("running", 2));
    await (world.cut ?? end)();
    const look = await until(world.source, entry, ({ ok }) => !ok);
    expect(look).toMatchObject({ ok: false, why: "unreachable", says: expect.stringContaining("ECONNREFUSED") });
  });

  test("gives infinities and what is no number as they are, for somebody else to judge, or as unknown", async () => {
    const { made, entry } = await replica();
    await using world = await open(entry.port);
    made.shown.set("vllm:num_requests_waiting", "NaN");
    made.shown.set("vllm:generation_tokens_total", "+Inf");
    const look = await until(world.source, entry, (one) => isSeen(one) && gaugeOf(one, "waiting") !== 0);
    if (!isSeen(look)) throw new Error("nothing was seen");
    expect([gaugeOf(look, "waiting"), gaugeOf(look, "generation-tokens")]).toEqual(odd);
  });
});

describe("a Prometheus server as a source", () => {
  const test = it.skipIf(noPrometheus !== undefined);

  test("tells a healer that begins what was before, oldest first, and lets nothing pass for newer than it is", async () => {
    const { made, entry } = await replica();
    await using world = await openPrometheus(entry.port);
    for (const running of [1, 2, 3]) {
      made.running = running;
      made.serve(1);
      await until(world.source, entry, showing("running", running));
    }
    const past = (await world.source.recall(entry, 20_000)).filter(isSeen);
    const values = past.map((look) => gaugeOf(look, "running"));
    expect(values.at(-1)).toBeGreaterThanOrEqual(1);
    expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
    const times = past.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const now = await world.source.look(entry);
    if (!isSeen(now)) throw new Error("nothing was seen");
    expect(times.every((at) => at < now.at)).toBe(true);
    // The interval of its scrapes, 0.5 s, and that of our looks.
    expect(now.lagMs).toBeGreaterThanOrEqual(900);
    expect(now.lagMs).toBeLessThanOrEqual(1200);
  });

  test("says that it does not scrape a replica which it was not told of", async () => {
    const { entry } = await replica();
    await using world = await openPrometheus(entry.port);
    await until(world.source, entry, isSeen);
    const look = await world.source.look({ ...entry, replica: "inference-2", port: 1 });
    expect(look).toMatchObject({ ok: false, why: "no-series", says: expect.stringContaining("127.0.0.1:1") });
  });

  test("is not believed when it answers what is not its API", async () => {
    for (const text of [
      "{}",
      "<html>",
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["x",1]]}]}}',
    ]) {
      const { url } = await serveForTest((_, response) => response.end(text));
      const source = sourceOf({ STACK_TELEMETRY_SOURCE: "prometheus", STACK_TELEMETRY_URL: url });
      const look = await source.look({ service: "inference", replica: "inference-1", pid: 1, port: 5 });
      expect(look).toMatchObject({ ok: false, why: "unreadable" });
    }
  });
});
