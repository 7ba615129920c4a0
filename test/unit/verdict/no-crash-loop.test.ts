// A service that is started again and again, as the inventory shows it: what is a recovery, and what is none.

import { describe, expect, it } from "vitest";
import { basePlan, tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";
import { judged } from "../../builders/measured.ts";
import { broken, restored, still, whole } from "../../golden/parts.ts";
import { creditOf } from "../../../src/verdict/score/trial-credit.ts";
import type { Ms } from "../../../src/core/units.ts";

type Change = NonNullable<Story["changes"]>[number];

/** One instance of a replica: from when to when it runs. */
type Span = readonly [from: Ms, to?: Ms];

/** How a replica's instances come and go; what ran before the fault is gone at 5.2 s. */
function livesOf(replica: string, ...spans: readonly Span[]): Change[] {
  const gone = (at: Ms, before: string): Change => [at, { replica, field: "instance", before, after: null }];
  const own = spans.flatMap(([from, to], index): Change[] => {
    const name = `${replica}#${index + 2}`;
    const came: Change = [from, { replica, field: "instance", before: null, after: name }];
    return to === undefined ? [came] : [came, gone(to, name)];
  });
  return [gone(5200, `${replica}#1`), ...own];
}

const mute = { ...basePlan.targetFacts, hasFeed: false, traits: { "restore-index": { seenAs: "restart" as const } } };

function trialOf(changes: readonly Change[], more: Partial<Story> = {}) {
  const plan = { targetFacts: mute, ...more.plan };
  return judged(tell({ ...whole, claims: [], ...more, changes, plan }));
}

function finding(trial: ReturnType<typeof judged>): string {
  const { outcome, says } = trial.verdict.findings.find(({ rule }) => rule === "no-crash-loop") ?? {
    outcome: "none",
    says: "",
  };
  return `${outcome}: ${says}`;
}

const endless = broken(5060, Infinity);

describe("new instances of a struck service", () => {
  it("are no matter where one came and stayed", () => {
    const trial = trialOf(livesOf("vector-2", [8600]));
    expect(trial.facts.recovery).toBe("healed");
    expect(finding(trial)).toBe("none: ");
  });

  it("are a crash loop where each answers well for a while, and none stays", () => {
    const trial = trialOf(livesOf("vector-2", [6000, 8000], [8600, 12_000], [12_700, 16_100], [16_800]));
    expect(trial.facts.recovery).toBe("healed");
    expect(finding(trial)).toMatch(
      /^fail: crash loop, not given up: 4 new instances of vector-2 in 19\.0 s, the last one that ended lived 3\.4 s; 2 of them after it seemed recovered at 8\.9 s/,
    );
    expect(trial.verdict.outcome).toBe("fail");
    expect(creditOf(trial).terms.recovery).toMatchObject({
      share: 0,
      lostTo: expect.stringContaining("new instances"),
    });
  });

  it("are a crash loop that users never felt, where others answered", () => {
    const trial = trialOf(livesOf("vector-2", [6000, 6400], [7000, 7400], [8000, 8400], [24_000]), still);
    expect(trial.facts.recovery).toBe("not-disturbed");
    expect(finding(trial)).toMatch(/^fail: crash loop, not given up: 4 new instances/);
  });

  it("are a crash loop whose back-off slows, with its waits", () => {
    const spans: Span[] = [
      [5700, 5900],
      [6900, 7100],
      [9100, 9300],
      [13_300, 13_500],
    ];
    const trial = trialOf(livesOf("vector-2", ...spans), { ...endless, phases: { ...whole.phases, revert: 22_000 } });
    expect(finding(trial)).toBe(
      "fail: crash loop, not given up: 4 new instances of vector-2 in 7.8 s, the last one that ended lived 0.2 s; " +
        "it is started ever more slowly: it waited 0.5 s, 1.0 s, 2.0 s and 4.0 s",
    );
  });

  it("come no more where the supervisor gave up, which is another finding", () => {
    const trial = trialOf(livesOf("vector-2", [5700, 5900], [6900, 7100], [8100, 8300]), endless);
    expect(finding(trial)).toBe(
      "fail: given up: 3 new instances of vector-2 in 2.6 s, the last one that ended lived 0.2 s, and none came in the last 16.7 s",
    );
  });

  it("are no loop where several replicas are rolled out, once each", () => {
    const all = [...livesOf("vector-1", [8700]), ...livesOf("vector-2", [10_500])].toSorted(([a], [b]) => a - b);
    expect(finding(trialOf(all))).toBe("none: ");
  });

  it("were many until the recovery, and are told as such where no further one came", () => {
    const trial = trialOf(livesOf("vector-2", [5700, 5900], [6900, 7100], [8700]));
    expect(finding(trial)).toMatch(/^pass: 3 new instances of vector-2 until the recovery at .* and no further one in/);
    expect(trial.verdict.findings.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  });

  it("may be replaced once after the recovery by a claimed action of the declared pathway, and by nobody else", () => {
    const twice = livesOf("vector-2", [6000, 12_000], [12_400]);
    expect(finding(trialOf(twice))).toMatch(/^fail: restarted again: 2 new instances/);
    const plan = { targetFacts: basePlan.targetFacts };
    const [started, done] = [
      restored.map(([at, ...rest]) => [at, ...rest] as const),
      ["action.finished", { pathway: "restore-index", outcome: "done" }] as const,
    ];
    const claims = started.filter(([, type]) => type !== "action.finished" && type !== "closed");
    const under: Story["claims"] = [...claims, [12_500, ...done]];
    expect(finding(trialOf(twice, { claims: under, plan }))).toMatch(
      /^pass: vector-2 was replaced once .* restore-index/,
    );
  });

  it("under new names are one place, and several that stay are none", () => {
    const named = (replica: string, at: Ms, to?: Ms): Change[] => [
      [at, { replica, field: "presence", before: null, after: "present" }],
      ...(to === undefined ? [] : [[to, { replica, field: "presence", before: "present", after: null }] as Change]),
    ];
    const loop = [...named("v-3", 8700, 11_000), ...named("v-4", 12_000, 14_000), ...named("v-5", 15_000)];
    expect(finding(trialOf(loop))).toMatch(/^fail: crash loop, not given up: 3 new instances of v-3, v-4 and v-5/);
    expect(finding(trialOf([...named("v-3", 8700), ...named("v-4", 12_000), ...named("v-5", 15_000)]))).toBe("none: ");
  });
});
