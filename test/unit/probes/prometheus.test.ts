import { describe, expect, it } from "vitest";
import type { ProbedReplica, ProbeSpec } from "../../../src/core/probe-kind.ts";
import { openRiser } from "../../../src/probes/riser.ts";
import { makeProbes } from "../../../src/probes/table.ts";
import { prometheus } from "../../../src/probes/prometheus.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const page = `# TYPE jobs gauge
jobs{queue="ready"} 3
jobs{queue="late"} 4
done_total 10
broken NaN
`;

async function replicas(...pages: readonly string[]): Promise<readonly ProbedReplica[]> {
  const served = await Promise.all(
    pages.map((text) =>
      serveForTest((request, response) => {
        const known = request.url === "/metrics";
        response.writeHead(known ? 200 : 404, { "content-type": "text/plain; version=0.0.4" }).end(known ? text : "");
      }),
    ),
  );
  return served.map(({ url }, n) => ({ replica: `app-${n + 1}`, address: url, isRunning: null }));
}

async function look(written: Record<string, unknown>, known: readonly ProbedReplica[]) {
  const base = { kind: "prometheus", name: "jobs.app", service: "app", everyMs: 200, timeoutMs: 1000, data: false };
  const spec = { ...base, ...prometheus.params(written) } as ProbeSpec;
  const [probe] = makeProbes([spec], { replicas: () => known, health: () => ({ path: "/" }) }, 1);
  return probe?.look(new AbortController().signal);
}

describe("a series of a metrics page", () => {
  it("becomes one number over its labels and over the replicas", async () => {
    const both = await replicas(page, "jobs 8\n");
    const values = ["min", "max", "sum"].map(async (combine) => look({ series: "jobs", combine }, both));
    expect(await Promise.all(values)).toEqual([3, 8, 15].map((value) => ({ ok: true, value })));
    const [one] = both;
    expect(one).toBeDefined();
    const labels = { queue: "late" };
    expect(await look({ series: "jobs", labels, combine: "sum" }, both.slice(0, 1))).toEqual({ ok: true, value: 4 });
    expect(await look({ series: "jobs", labels: { queue: "" }, combine: "sum" }, both.slice(1))).toMatchObject({
      value: 8,
    });
  });

  it.each([
    [{ series: "job", combine: "sum" }, /there is no series job; did you mean "jobs"/],
    [
      { series: "jobs", combine: "sum", labels: { queue: "lost" } },
      /no series jobs has these labels \(2 have others\)/,
    ],
    [{ series: "broken", combine: "sum" }, /broken is NaN/],
    [{ series: "jobs", combine: "sum", path: "/other" }, /answered 404: there is no such page/],
    [{ series: "done_total", combine: "sum", per_second_over: "5s" }, /seen once within 5400 ms/],
  ])("that cannot be read is no reading, with the reason: %o", async (written, reason) => {
    const seen = await look(written, await replicas(page));
    expect(seen).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe("how fast a counter rises", () => {
  const at = (value: number) => new Map([["all", value]]);

  it("is taken over the stretch that was asked for, per second", () => {
    const riser = openRiser({ overMs: 2000, everyMs: 1000 });
    expect(() => riser.take(at(100), 0)).toThrow(/seen once/);
    expect(riser.take(at(110), 1000)).toEqual([10]);
    expect(riser.take(at(110), 2000)).toEqual([5]);
    expect(riser.take(at(150), 3000)).toEqual([20]);
  });

  it("goes on from 0 where a process began anew, and counts what is new with it", () => {
    const riser = openRiser({ overMs: 10_000, everyMs: 1000 });
    expect(() => riser.take(at(500), 0)).toThrow();
    expect(riser.take(new Map([...at(30), ["other", 20]]), 1000)).toEqual([30, 20]);
  });

  it("is not known after a hole, however early the look before it was", () => {
    const riser = openRiser({ overMs: 5000, everyMs: 1000 });
    expect(() => riser.take(at(1000), 0)).toThrow(/seen once within 7000 ms/);
    expect(() => riser.take(at(1600), 60_000)).toThrow(/seen once within 7000 ms/);
    expect(riser.take(at(1700), 61_000)).toEqual([100]);
  });

  it("is taken from the last look that had the series, and by nothing from a history that nobody saw", () => {
    const riser = openRiser({ overMs: 10_000, everyMs: 1000 });
    const others = new Map([["other", 5]]);
    expect(() => riser.take(new Map([...at(1000), ...others]), 0)).toThrow();
    expect(riser.take(new Map([...at(1010), ...others]), 1000)).toEqual([10, 0]);
    expect(riser.take(others, 2000)).toEqual([0]);
    expect(riser.take(new Map([...at(1020), ...others]), 4000)).toEqual([5, 0]);
    expect(riser.take(new Map([...others, ["late", 1_000_000]]), 5000)).toEqual([0, 0]);
    expect(riser.take(new Map([...others, ["late", 1_000_060]]), 6000)).toEqual([0, 10]);
  });

  it("adds nothing for a series that was away for longer than the stretch", () => {
    const riser = openRiser({ overMs: 2000, everyMs: 1000 });
    const others = new Map([["other", 5]]);
    expect(() => riser.take(new Map([...at(1000), ...others]), 0)).toThrow();
    for (const ms of [1000, 2000, 3000, 4000, 5000]) riser.take(others, ms);
    expect(riser.take(new Map([...at(9000), ...others]), 6000)).toEqual([0, 0]);
  });

  it("is not known from two looks at one instant", () => {
    const riser = openRiser({ overMs: 2000, everyMs: 1000 });
    expect(() => riser.take(at(100), 1000)).toThrow();
    expect(() => riser.take(at(110), 1000)).toThrow(/one instant/);
  });
});
