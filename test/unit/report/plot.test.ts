// The plot's geometry: labels that do not cover one another, lines that do not bridge gaps, and a place for every
// window.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { layOutPlot } from "../../../src/report/plot.ts";
import { actOf } from "../../../src/report/trial-script/move.ts";
import type { PageEvent } from "../../../src/report/trial-script/page.ts";
import { labelRows, linear, roundTop, timeTicks } from "../../../src/report/plot-scale.ts";
import { seriesOf } from "../../../src/report/plot-series.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";

function trialOf(run: ReturnType<typeof sampleRun>["run"], intent: number): TrialResult {
  const trial = run.intents[intent]?.trials[0];
  if (!trial) throw new Error("the sample has no such trial");
  return trial;
}

const labels = fc
  .array(fc.record({ x: fc.integer({ min: 0, max: 300 }), width: fc.integer({ min: 5, max: 120 }) }), { maxLength: 10 })
  .map((list) => list.sort((a, b) => a.x - b.x));

describe("mark labels", () => {
  test("never cover one another, and no mark's line crosses another's label", () => {
    fc.assert(
      fc.property(labels, (list) => {
        const rows = labelRows(list);
        for (const [i, a] of list.entries()) {
          for (const [j, b] of list.entries()) {
            if (i >= j || a.x + a.width <= b.x) continue;
            // b's line starts at its own row and goes down: it must start below a's text.
            expect(rows[j]).toBeGreaterThan(rows[i] ?? 0);
          }
        }
      }),
    );
  });

  test("share the top row when they are far apart", () => {
    expect(
      labelRows([
        { x: 0, width: 10 },
        { x: 20, width: 10 },
        { x: 40, width: 10 },
      ]),
    ).toEqual([0, 0, 0]);
  });
});

describe("axes", () => {
  test("have round tops that hold every value", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
        const top = roundTop(value);
        expect(top).toBeGreaterThanOrEqual(value * (1 - 1e-6));
        expect(top).toBeLessThanOrEqual(value * 10.001);
        expect(String(top).replace(/0|\.|e[+-]\d+/g, "")).toMatch(/^[125]$/);
      }),
    );
    expect(roundTop(0)).toBe(1);
  });

  test("tick in whole steps from the origin, on both sides of it", () => {
    const ticks = timeTicks(linear(13_000, 48_000, 0, 800), 18_000, 10);
    expect(ticks.map((tick) => tick.label)).toEqual(["−5", "0", "5", "10", "15", "20", "25", "30"]);
  });
});

test("the deepest zoom of a trial's page has ticks, wherever it lies", () => {
  for (let from = 0; from < 100; from += 7) {
    const ticks = timeTicks(linear(from, from + 50, 0, 800), 0, 6);
    expect(ticks.length, `from ${from}`).toBeGreaterThanOrEqual(5);
    expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
  }
});

test("a key zooms the page's pictures, and with another key held down it is the browser's", () => {
  const event: PageEvent = {
    target: null,
    clientX: 0,
    key: "+",
    isPrimary: true,
    pointerType: "",
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    preventDefault: () => undefined,
  };
  expect(actOf(event)).toBe("in");
  for (const held of ["ctrlKey", "metaKey", "altKey"]) expect(actOf({ ...event, [held]: true })).toBe("");
});

describe("a trial's plot", () => {
  const { run, records } = sampleRun();

  test.each([
    ["wide", 0],
    ["narrow", 0],
    ["wide", 1],
    ["narrow", 1],
  ] as const)("keeps all its parts inside the %s picture (sample %i)", (size, sample) => {
    const trial = trialOf(run, sample);
    const plot = layOutPlot({ trial, timeline: sample === 0 ? (records[0]?.timeline ?? []) : [], id: "p" }, size);
    if (!plot) throw new Error("no plot");
    const rects = [
      ...plot.marks.map((mark) => mark.band),
      ...plot.strips.flatMap((strip) => strip.cells),
      ...plot.panels.flatMap((panel) => [panel.frame, ...panel.unseen]),
    ];
    for (const rect of rects) {
      expect(rect.x).toBeGreaterThanOrEqual(plot.left);
      expect(rect.x + rect.width).toBeLessThanOrEqual(plot.right + 0.11);
      expect(rect.y + rect.height).toBeLessThanOrEqual(plot.height);
    }
    for (const mark of plot.marks) expect(mark.labelX + mark.label.length * 6.6).toBeLessThanOrEqual(plot.width);
  });

  test("hatches what no probe saw and draws no line there", () => {
    const plot = layOutPlot({ trial: trialOf(run, 1), timeline: [], id: "p" }, "wide");
    const panel = plot?.panels.find((it) => it.title === "users.error_share");
    expect(panel?.unseen.filter((gap) => gap.width > 1)).toHaveLength(1);
    expect(panel?.line.match(/M/g)).toHaveLength(2);
    const seen = layOutPlot({ trial: trialOf(run, 0), timeline: [], id: "p" }, "wide");
    expect(seen?.panels.find((it) => it.title === "users.error_share")?.unseen).toEqual([]);
  });

  test("takes state probes from the timeline, and from the windows where there is none", () => {
    const trial = trialOf(passingRun().run, 0);
    const timeline = passingRun().records[0]?.timeline ?? [];
    const steps = (events: typeof timeline) =>
      seriesOf(trial, events).find((it) => it.name === "replicas.inference")?.steps;
    expect(steps(timeline)?.[0]).toEqual({ from: 8020, to: 8520, value: 2 });
    expect(steps([])?.[0]).toEqual({ from: 8000, to: 8500, value: 2 });
  });

  test("draws a probe that stopped looking as not seen, not as still well", () => {
    const trial = trialOf(passingRun().run, 0);
    const all = passingRun().records[0]?.timeline ?? [];
    const stalled = all.filter((event) => event.kind !== "reading" || event.at < 25_000 || event.at > 35_000);
    const panel = (timeline: typeof all) =>
      layOutPlot({ trial, timeline, id: "p" }, "wide")?.panels.find((it) => it.title === "replicas.inference");
    expect(panel(all)?.line.match(/M/g)).toHaveLength(1);
    expect(panel(stalled)?.line.match(/M/g)).toHaveLength(2);
    expect(panel(stalled)?.unseen.filter((gap) => gap.width > 20)).toHaveLength(1);
  });

  test("is left out when no window was judged", () => {
    expect(layOutPlot({ trial: trialOf(run, 3), timeline: [], id: "p" }, "wide")).toBeNull();
  });
});
