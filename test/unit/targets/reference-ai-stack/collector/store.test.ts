// The time-series store: what is kept, for how long, how exactly, and what is left of it when the file fails.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NUMBERS } from "../../../../../targets/reference-ai-stack/collector/numbers.ts";
import type { Window } from "../../../../../targets/reference-ai-stack/collector/window.ts";
import { counter, gauge, histogram, logs, NOW, openCollector, TRACE, traces } from "./otlp-bodies.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  file = join(folder, "telemetry.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Collector = ReturnType<typeof openCollector>;

async function windows(collector: Collector, query: string): Promise<readonly Window[]> {
  const { series } = (await collector.ask(`/api/range?${query}`)) as { series: { points: Window[] }[] };
  return series[0]?.points ?? [];
}

const sum = (points: readonly Window[], of: "increase" | "n" | "total"): number =>
  points.reduce((all, one) => all + one[of], 0);

/** Numbers that look like chance and are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

it("loses nothing of a counter's increase in any tier, across resets too", async () => {
  const collector = openCollector(file);
  const chance = numbers(7);
  const next = (): number => Number(chance.next().value);
  let [value, grown, startMs] = [1000, 0, NOW - 1000];
  for (let second = 0; second < 300; second += 1) {
    collector.setNow(NOW + second * 1000);
    const by = Math.floor(next() * 50);
    const isReset = next() < 0.03;
    if (second > 0) {
      value = isReset ? by : value + by;
      grown += by;
      // It may have grown beyond its last value already: then only its start tells that it began anew.
      if (isReset) startMs = NOW + second * 1000 - 10;
    }
    expect(await collector.send("metrics", counter(value, NOW + second * 1000, "requests_total", startMs))).toBe(200);
    collector.store.settle();
  }
  for (const tier of ["raw", "10s", "1m"]) {
    const points = await windows(collector, `name=requests_total&tier=${tier}&from=${NOW - 60_000}`);
    expect([tier, sum(points, "increase"), sum(points, "n"), points.at(-1)?.last]).toEqual([tier, grown, 300, value]);
  }
  expect(await windows(collector, `name=requests_total&tier=1m&from=${NOW - 60_000}`)).toHaveLength(6);
});

it("keeps a gauge's mean, lowest, highest and last value in the coarse tiers", async () => {
  const collector = openCollector(file);
  const values = [3, 9, 1, 7];
  for (const [i, value] of values.entries()) {
    collector.setNow(NOW + i * 1000);
    await collector.send("metrics", gauge(value, NOW + i * 1000));
  }
  const [window] = await windows(collector, `name=depth&tier=10s&from=${NOW - 10_000}`);
  expect(window).toMatchObject({ t: NOW, n: 4, low: 1, high: 9, last: 7, total: 20, increase: 0 });
});

it("adds up a histogram's buckets over a window, so that a quantile of it can be told", async () => {
  const collector = openCollector(file);
  const bounds = [0.1, 1];
  const sent = [
    { buckets: [5, 0, 0], sum: 0.1 },
    { buckets: [5, 4, 0], sum: 2.1 },
    // Started again: it counts from 0.
    { buckets: [1, 0, 2], sum: 9 },
  ];
  for (const [i, one] of sent.entries()) {
    collector.setNow(NOW + i * 1000);
    await collector.send("metrics", histogram({ bounds, ...one }, NOW + i * 1000));
    collector.store.settle();
  }
  const [window] = await windows(collector, `name=wait&tier=10s&from=${NOW - 10_000}`);
  expect(window).toMatchObject({ n: 3, increase: 7, last: 3 });
  expect(window?.histogram).toMatchObject({ bucketIncreases: [1, 4, 2], sumIncrease: 11, buckets: [1, 0, 2], sum: 9 });
});

it("answers alike from the file and, when it fails, from memory", async () => {
  const [well, sick] = [openCollector(file), openCollector(join(folder, "sick.sqlite"))];
  writeFileSync(join(folder, "file"), "where a folder should be");
  const homeless = openCollector(join(folder, "file", "telemetry.sqlite"));
  for (let second = 0; second < 25; second += 1) {
    for (const collector of [well, sick, homeless]) {
      collector.setNow(NOW + second * 1000);
      await collector.send("metrics", counter(second * second, NOW + second * 1000));
    }
  }
  expect(homeless.store.trouble()).toMatch(/the collector's store fails/);
  const query = `name=requests_total&tier=10s&from=${NOW - 10_000}`;
  expect(await windows(well, query)).toHaveLength(3);
  expect(await windows(homeless, query)).toEqual(await windows(well, query));
});

it("forgets each tier after its own time", async () => {
  const collector = openCollector(file);
  await collector.send("metrics", counter(1, NOW));
  await collector.send("traces", traces({ service: "gateway", id: "a" }));
  await collector.send("logs", logs("early", TRACE));
  collector.store.settle();
  const held = async (): Promise<readonly number[]> =>
    Promise.all(
      ["raw", "10s", "1m"].map(async (tier) => (await windows(collector, `tier=${tier}&from=0&to=${NOW + 1}`)).length),
    );
  expect(await held()).toEqual([1, 1, 1]);
  const left: unknown[] = [];
  for (const { keepMs } of NUMBERS.tiers) {
    collector.setNow(NOW + keepMs + NUMBERS.store.pruneEveryMs + 1);
    collector.store.settle();
    left.push([await held(), collector.store.size()?.spans, collector.store.size()?.logs]);
  }
  expect(left).toEqual([
    [[0, 1, 1], 1, 1],
    [[0, 0, 1], 0, 0],
    [[0, 0, 0], 0, 0],
  ]);
});

it("forgets a series that nobody speaks for, so that others find room, and holds no more than its bound", async () => {
  const collector = openCollector(file);
  const fill = async (from: number, at: number): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let i = 0; i < 1100; i += 1) statuses.push(await collector.send("metrics", gauge(1, at, `g${from + i}`)));
    return statuses;
  };
  expect(new Set(await fill(0, NOW))).toEqual(new Set([200]));
  const more = await fill(1100, NOW);
  expect([more.filter((status) => status === 200).length, more.at(-1)]).toEqual([900, 400]);
  collector.setNow(NOW + NUMBERS.forgetMs + 1);
  collector.store.settle();
  expect(collector.store.recent.series()).toHaveLength(0);
  expect(new Set(await fill(5000, NOW + NUMBERS.forgetMs + 1))).toEqual(new Set([200]));
});

it("knows after a restart what it knew before, and counts on from there", async () => {
  const before = openCollector(file);
  await before.send("metrics", counter(10, NOW));
  await before.send("metrics", histogram({ bounds: [1], buckets: [2, 1], sum: 4 }, NOW));
  await before.send("traces", traces({ service: "gateway", id: "a" }));
  await before.send("logs", logs("before", TRACE));
  before.store.close();
  const after = openCollector(file);
  after.setNow(NOW + 5000);
  await after.send("metrics", counter(25, NOW + 5000));
  await after.send("metrics", histogram({ bounds: [1], buckets: [2, 5], sum: 9 }, NOW + 5000));
  expect((await windows(after, "name=requests_total")).map(({ last, increase }) => [last, increase])).toEqual([
    [10, 0],
    [25, 15],
  ]);
  expect((await windows(after, "name=wait")).at(-1)).toMatchObject({
    increase: 4,
    histogram: { bucketIncreases: [0, 4] },
  });
  expect(await after.ask(`/api/traces/${TRACE}`)).toMatchObject({ spans: [{ service: "gateway" }] });
  expect(await after.ask(`/api/logs?trace=${TRACE}`)).toMatchObject({ logs: [{ body: "before" }] });
});

it("goes on in memory while the file is locked, says so, and writes it all once it is free", async () => {
  const collector = openCollector(file);
  await collector.send("metrics", counter(1, NOW));
  collector.store.settle();
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  await collector.send("metrics", counter(4, NOW + 1000));
  await collector.send("traces", traces({ service: "gateway", id: "a" }));
  collector.store.settle();
  expect(await collector.ask("/health")).toEqual({ status: "ok", trouble: "the collector's store is locked" });
  expect((await windows(collector, `name=requests_total&to=${NOW + 2000}`)).map(({ last }) => last)).toEqual([1, 4]);
  expect(await collector.ask(`/api/traces/${TRACE}`)).toMatchObject({ spans: [{ service: "gateway" }] });
  other.exec("ROLLBACK");
  other.close();
  collector.store.settle();
  expect(collector.troubles).toEqual(["the collector's store is locked", null]);
  expect(collector.store.size()).toMatchObject({ points: 4, spans: 1 });
});

it("puts a damaged file aside and begins a new one", async () => {
  writeFileSync(file, "no database, by far not, however long this text may be".repeat(100));
  const collector = openCollector(file);
  await collector.send("metrics", counter(1, NOW));
  collector.store.settle();
  expect(collector.troubles).toEqual(["the collector's store is damaged", null]);
  expect(readdirSync(folder).some((name) => name.includes(".damaged-"))).toBe(true);
  expect(collector.store.size()).toMatchObject({ points: 3 });
});

it("makes room in a full file at the cost of the oldest, and never grows beyond its bound", async () => {
  const pages = 60;
  const collector = openCollector(file, undefined, pages);
  for (let second = 0; second < 900; second += 3) {
    collector.setNow(NOW + second * 1000);
    await collector.send(
      "traces",
      traces({ service: "gateway", id: "a", startMs: NOW + second * 1000, attributes: { why: "x".repeat(900) } }),
    );
    await collector.send("metrics", counter(second, NOW + second * 1000));
    collector.store.settle();
    collector.store.settle();
  }
  expect(collector.troubles).toContain("the collector's store is full");
  expect(collector.store.trouble()).toBeNull();
  expect(statSync(file).size).toBeLessThanOrEqual(pages * 4096);
  expect(collector.store.counts.lost).toBe(0);
  expect(await collector.ask(`/api/latest?name=requests_total`)).toMatchObject({ series: [{ value: 897 }] });
});
