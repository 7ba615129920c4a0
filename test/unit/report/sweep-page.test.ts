import { describe, expect, it } from "vitest";
import { networkLatency } from "../../../src/faults/network/network-latency.ts";
import { rowOfSweep } from "../../../src/history/sweep-rows.ts";
import { sweepSchema, type Sweep } from "../../../src/records/sweep.ts";
import { sweepPage } from "../../../src/report/sweep-page.ts";
import { breaksSentence, doseTrendLines, sweepLines, sweepTrialLine } from "../../../src/report/sweep-text.ts";
import { doseTrends } from "../../../src/verdict/dose-trend.ts";
import { hostile } from "../../builders/sample-run.ts";
import { sampleSweep } from "../../builders/sample-sweep.ts";

const { dose } = networkLatency;
if (dose === undefined) throw new Error("network.latency has no dose");
const held = sampleSweep().trials.filter(({ answer }) => answer !== "broke");
const html = (changes = {}): string => sweepPage(sampleSweep(changes), dose, undefined);

describe("a sweep", () => {
  it("reads back as it is written", () => {
    const sweep = sampleSweep();
    expect(sweepSchema.parse(JSON.parse(JSON.stringify(sweep)))).toEqual(sweep);
  });

  it("says where recovery breaks, with its interval", () => {
    expect(breaksSentence(sampleSweep())).toBe("recovery breaks at about latency 775ms (400ms to 1.2s, 98 % credible)");
  });

  it("never says that it breaks, or how harshly, where that was not found", () => {
    const above = { kind: "above", lo: 30_000, credibility: 0.98 } as const;
    const says = (changes: Partial<Sweep>): string => breaksSentence(sampleSweep({ trials: held, ...changes }));
    expect(says({ breaks: above })).toMatch(/not shown to break.*beyond latency 30s.*1m is the harshest/);
    expect(says({ breaks: above, ceiling: 40_000 })).toContain("40s was disabling");
    const below = { kind: "below", hi: 500, credibility: 0.98 } as const;
    expect(says({ breaks: below })).toMatch(/at latency 500ms at the latest .*; 88ms is the mildest that was tried/);
    expect(breaksSentence(sampleSweep({ breaks: { kind: "unsure", credibility: 0.98 } }))).toContain("not known");
  });

  it("never says that recovery was not shown to break where it broke once", () => {
    const [first] = held;
    if (first === undefined) throw new Error("no trial");
    const at = (dose: number, answer: "broke" | "held") => ({ ...first, dose, answer });
    const trials = [...held, at(1100, "broke"), at(1100, "held"), at(1100, "broke"), at(900, "broke")];
    const above = { kind: "above", lo: 651, credibility: 0.98 } as const;
    expect(breaksSentence(sampleSweep({ breaks: above, ceiling: 1100, trials }))).toBe(
      "recovery broke in 2 of 3 trials at latency 1.1s; where half of the trials do lies beyond latency 651ms " +
        "(98 % credible), its upper end is open: 1.1s was disabling",
    );
    const unsure = { kind: "unsure", credibility: 0.98 } as const;
    expect(breaksSentence(sampleSweep({ breaks: unsure, trials }))).toContain("it broke in 2 of 3 trials");
    // A row of the history knows no trials: it says neither.
    const [, said = ""] = doseTrendLines(doseTrends([rowOfSweep(sampleSweep({ breaks: above, trials }))]));
    expect(said).toContain("where recovery breaks, if it does, lies beyond latency 651ms");
  });

  it("counts the trials that tell", () => {
    const [first, ...others] = sampleSweep().trials;
    if (first === undefined) throw new Error("no trial");
    const trials = [{ ...first, answer: "untold" as const }, ...others];
    expect(sweepLines(sampleSweep({ trials })).join()).toContain("3 trials, of which 2 tell");
  });

  it("tells each trial with its dose, impact and reason", () => {
    const [, held] = sampleSweep().trials;
    if (held === undefined) throw new Error("no trial");
    const line = sweepTrialLine(held, { unit: "ms", param: "latency", number: 2, most: 12 });
    expect(line).toMatch(/^\[2\/12\] latency 400ms held; noticeable: 20 % of requests bad, burn rate 4$/);
  });

  it("has a page on which every trial leads to its run, and the dose is drawn in order", () => {
    const page = html();
    for (const { run } of sampleSweep().trials) expect(page).toContain(`href="runs/${run}/index.html"`);
    const dots = [...page.matchAll(/<circle class="\w+" cx="(\d+)" cy="(\d+)"/g)].map(([, x, y]) => [x, y].map(Number));
    expect(dots.map(([x]) => x)).toEqual(dots.map(([x]) => x).toSorted((a = 0, b = 0) => a - b));
    expect(dots.map(([, y]) => y)).toEqual([44, 44, 14]);
    expect(page).toContain("recovery breaks at about");
  });

  it("has every word escaped, and asks for nothing from elsewhere", () => {
    const page = html({ title: hostile, target: hostile, ended: hostile });
    expect(page).not.toContain(hostile);
    expect(page).not.toMatch(/<script|<img|src=/);
    expect(page).toContain("default-src 'none'");
  });
});
