// The collector as a source of the healer's telemetry: it keeps what a silent service said last, and that is never
// taken for news. Times are the test's own, on both clocks.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, it, onTestFinished } from "vitest";
import { listen } from "../../../../../../targets/reference-ai-stack/common/serve.ts";
import { metricsBody } from "../../../../../../targets/reference-ai-stack/common/telemetry/otlp.ts";
import { registryMetrics } from "../../../../../../targets/reference-ai-stack/common/telemetry/registry-metrics.ts";
import { gaugeOf } from "../../../../../../targets/reference-ai-stack/healer/detection/metrics/metric-rises.ts";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { serverNamed } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/catalogue-rows.ts";
import { openCollectorSource } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/collector.ts";
import type { MetricLook } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/metric-look.ts";
import { openScrape } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/scrape.ts";
import type { TelemetrySource } from "../../../../../../targets/reference-ai-stack/healer/telemetry/metrics/telemetry-source.ts";
import { createInferenceMetrics } from "../../../../../../targets/reference-ai-stack/inference/metrics.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";
import { nano, NOW, openCollector } from "../../collector/otlp-bodies.ts";

const replica = { service: "inference", replica: "inference-1", pid: 1, port: 1 };
const serverOf = (service: string) => (service === "inference" ? serverNamed("vllm") : undefined);

interface Export {
  readonly of?: string;
  /** How much the service's clock is ahead, ms. */
  readonly aheadMs?: number;
  readonly startMs?: number;
  readonly unit?: string;
}

/** A collector, a healer's source on it, and a service that exports gauges; all at a time that goes by on demand. */
class Watched {
  /** On the healer's clock, which began at 0. */
  at = 0;
  readonly source: TelemetrySource;
  readonly #collector: ReturnType<typeof openCollector>;
  readonly #url: URL;

  private constructor(collector: ReturnType<typeof openCollector>, port: number) {
    this.#collector = collector;
    this.#url = new URL(`http://127.0.0.1:${port}`);
    this.source = this.another();
  }

  static async open(): Promise<Watched> {
    const folder = await mkdtemp(join(tmpdir(), "rebound-collector-source-"));
    const collector = openCollector(join(folder, "telemetry.sqlite"));
    const { port, close } = await listen(collector.app, 0);
    onTestFinished(async () => {
      await close();
      collector.store.close();
      await rm(folder, { recursive: true, force: true });
    });
    return new Watched(collector, port);
  }

  /** A healer that has just begun. */
  another(): TelemetrySource {
    return openCollectorSource({ url: this.#url, serverOf, now: () => this.at });
  }

  pass(ms: number): void {
    this.at += ms;
    this.#collector.setNow(NOW + this.at);
  }

  /** One export of these gauges, of names without their `vllm:`. */
  async send(gauges: Readonly<Record<string, number>>, more: Export = {}): Promise<void> {
    const { of = "inference-1", aheadMs = 0, startMs = NOW - 60_000, unit = "" } = more;
    const times = { startTimeUnixNano: nano(startMs), timeUnixNano: nano(NOW + this.at + aheadMs) };
    const metrics = Object.entries(gauges).map(([name, asDouble]) => {
      return { name: `vllm:${name}`, unit, gauge: { dataPoints: [{ ...times, asDouble }] } };
    });
    await this.post(metricsBody({ service: "inference", replica: of }, metrics));
  }

  async post(body: string): Promise<void> {
    expect(await this.#collector.send("metrics", JSON.parse(body) as object)).toBe(200);
  }

  look(source = this.source): Promise<MetricLook> {
    return source.look(replica);
  }
}

/** A replica that was heard each second, the last time just now. */
async function heard(): Promise<Watched> {
  const watched = await Watched.open();
  for (const running of [1, 2, 3]) {
    watched.pass(1000);
    await watched.send({ num_requests_running: running, num_requests_waiting: 0 });
  }
  return watched;
}

function seen(look: MetricLook) {
  if (!look.ok) throw new Error(`nothing was seen: ${look.says}`);
  return look;
}

it("dates a reading by its export, the same one the same, and says how late it may be", async () => {
  const watched = await heard();
  watched.pass(400);
  const first = seen(await watched.look());
  expect(gaugeOf(first, "running")).toBe(3);
  expect(first).toMatchObject({ at: 3000, lagMs: 1000 + NUMBERS.metrics.everyMs });
  watched.pass(400);
  expect(seen(await watched.look()).at).toBe(3000);
  await watched.send({ num_requests_running: 4 });
  expect(seen(await watched.look()).at).toBe(3800);
});

it("assumes the longest interval of our services until two exports are known", async () => {
  const watched = await Watched.open();
  await watched.send({ num_requests_running: 1 });
  expect(await watched.look()).toMatchObject({ lagMs: 5000 + NUMBERS.metrics.everyMs });
  watched.pass(1000);
  await watched.send({ num_requests_running: 1 });
  expect(await watched.look()).toMatchObject({ lagMs: 1000 + NUMBERS.metrics.everyMs });
});

it("does not give out what a silent replica said last, to a healer that has just begun neither", async () => {
  const watched = await heard();
  watched.pass(2900);
  expect(await watched.look()).toMatchObject({ ok: true });
  watched.pass(200);
  const stale = { ok: false, why: "stale", says: "what inference-1 sent the collector last is 3.1 s old" };
  expect(await watched.look()).toEqual(stale);
  expect(await watched.look(watched.another())).toEqual(stale);
  await watched.send({ num_requests_running: 4 }, { of: "inference-2" });
  expect(await watched.look()).toEqual(stale);
});

it("takes for gone what the newest export did not bring, however lately the one before did", async () => {
  const watched = await heard();
  watched.pass(300);
  await watched.send({ num_requests_waiting: 5 });
  const look = seen(await watched.look());
  expect([gaugeOf(look, "running"), gaugeOf(look, "waiting")]).toEqual([null, 5]);
  watched.pass(300);
  await watched.send({ something_else: 1 });
  expect(await watched.look()).toMatchObject({ ok: false, why: "no-series", says: expect.stringContaining("vllm") });
});

it("tells one process from its successor under the same name", async () => {
  const watched = await heard();
  const [before, same] = [seen(await watched.look()), seen(await watched.look())];
  watched.pass(1000);
  await watched.send({ num_requests_running: 0 }, { startMs: NOW + watched.at - 500 });
  const after = seen(await watched.look());
  expect(before.process).toBe(same.process);
  expect(after.process).not.toBe(before.process);
});

it("believes no clock that makes a reading newer than it is", async () => {
  const watched = await Watched.open();
  for (const running of [1, 2, 3]) {
    watched.pass(1000);
    await watched.send({ num_requests_running: running }, { aheadMs: 30_000 });
  }
  expect(seen(await watched.look()).at).toBeLessThanOrEqual(watched.at);
  watched.pass(3100);
  for (const source of [watched.source, watched.another()]) {
    expect(await watched.look(source)).toMatchObject({ ok: false, why: "stale" });
  }
  const behind = await Watched.open();
  for (const running of [1, 2, 3]) {
    behind.pass(1000);
    await behind.send({ num_requests_running: running }, { aheadMs: -30_000 });
  }
  expect(await behind.look()).toMatchObject({ ok: false, why: "stale", says: expect.stringContaining("30.0 s old") });
});

it("reads names to which a unit was added for the page", async () => {
  const watched = await Watched.open();
  await watched.send({ kv_cache_usage_perc: 0.25 }, { unit: "1" });
  expect(gaugeOf(seen(await watched.look()), "kv-use")).toBe(0.25);
});

it("tells a healer that begins what was before, the oldest first and as it was", async () => {
  const watched = await heard();
  watched.pass(200);
  const past = (await watched.another().recall(replica, 2500)).map(seen);
  expect(past.map((look) => [look.at, gaugeOf(look, "running"), look.lagMs])).toEqual([
    [1000, 1, 1500],
    [2000, 2, 1500],
  ]);
  expect(await watched.another().recall(replica, 1500)).toHaveLength(1);
});

it("gives a collector and its services time to begin, and not for ever", async () => {
  const watched = await Watched.open();
  let isOver = false;
  const recalled = watched.source.recall(replica, 60_000).finally(() => (isOver = true));
  const nothing = { ok: false, why: "no-series", says: "the collector has heard nothing of inference-1" };
  for (let n = 0; n < 5; n += 1) expect(await watched.look()).toEqual(nothing);
  expect(isOver).toBe(false);
  watched.pass(NUMBERS.metrics.collector.firstWithinMs);
  await expect(recalled).resolves.toEqual([]);
  await watched.send({ num_requests_running: 1 });
  await expect(watched.another().recall(replica, 60_000)).resolves.toEqual([]);
});

it("is not believed when it answers what is not its API, and says which answer it had", async () => {
  const point = { name: "a", prometheus: "a", attributes: {}, at: 1, receivedAt: 1 };
  for (const [status, text, why] of [
    [200, "<html>", "unreadable"],
    [200, "{}", "unreadable"],
    [200, JSON.stringify({ at: 1, series: [point] }), "unreadable"],
    [200, JSON.stringify({ at: 1, series: [{ ...point, value: "7" }] }), "unreadable"],
    [500, "{}", "refused"],
    [401, "{}", "refused"],
  ] as const) {
    const { url } = await serveForTest((_, response) => response.writeHead(status).end(text));
    const source = openCollectorSource({ url: new URL(url), serverOf, now: () => 0 });
    expect(await source.look(replica), text).toMatchObject({ ok: false, why });
  }
});

it("reads of a replica of the stack what stands on the replica's own page", async () => {
  const registry = new Registry();
  const metrics = createInferenceMetrics(registry, "m", {
    running: () => 2,
    waiting: () => 1,
    kvUse: () => 0.3,
    preemptions: () => 0,
  });
  metrics.firstToken(120);
  metrics.generated(40);
  metrics.parts({ queueMs: 20, prefillMs: 100, decodeMs: 900 });
  metrics.ended(1020, "stop");
  metrics.ended(5, "error");
  const { port } = await serveForTest((_, response) => {
    void registry.metrics().then((page) => response.writeHead(200, { "content-type": registry.contentType }).end(page));
  });
  const addressOf = (): string => `127.0.0.1:${port}`;
  const page = seen(await openScrape({ serverOf, addressOf, now: () => 0 }).look(replica));
  const watched = await Watched.open();
  const sent = await registryMetrics(registry, nano(NOW - 1000), nano(NOW));
  await watched.post(metricsBody({ service: "inference", replica: "inference-1" }, sent));
  const look = seen(await watched.look());
  const values = (one: typeof look) =>
    one.rows.map(({ row, series }) => [
      `${row.signal} ${row.series}`,
      series.map(({ part, value, histogram }) => ({ part, value, histogram })),
    ]);
  expect(values(look)).toEqual(values(page));
  expect(look.rows.filter(({ series }) => series.length > 0).length).toBeGreaterThan(10);
});
