// What a trial's page says of each mark: the measured figures, by the rule that internals/measurement.md has.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { claimRows } from "../../../src/report/claims.ts";
import { markRules } from "../../../src/report/mark-rules.ts";
import { markStories } from "../../../src/report/mark-story.ts";
import { originOf } from "../../../src/report/plot-series.ts";
import { judged } from "../../builders/measured.ts";
import { tell } from "../../builders/simulated-trial.ts";
import { stories } from "../../golden/stories.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";

function storiesOf({ run, records }: ReturnType<typeof sampleRun>, intent: number) {
  const trial = run.intents[intent]?.trials[0];
  if (trial === undefined) throw new Error("the sample has no such trial");
  const timeline = records.find(({ plan }) => plan === trial.plan)?.timeline ?? [];
  const stories = markStories({ trial, timeline }, "here", originOf(trial, timeline));
  return new Map(stories.map((story) => [story.name as string, story]));
}

test("the rules beside the marks are those of the page about measurement", () => {
  const page = readFileSync("src/internals/measurement.md", "utf8");
  const rows = [...page.matchAll(/^\| (t\dc?) [^|]*\| ([^|]*) \| ([^|]*) \|$/gm)];
  const kept = Object.fromEntries(rows.map(([, name = "", is, through]) => [name, { is, through }]));
  expect(kept).toEqual(markRules);
});

test("a recovery is told from the fault to the declaration, each with the figure that was measured", () => {
  const stories = storiesOf(passingRun(), 0);
  const says = (name: string) => stories.get(name)?.says;
  expect(says("t1")).toBe(
    "Users were hurt 0.5 s (0.0–1.0) after the fault took effect: few errors (users.error_share <= 0.05) did not hold.",
  );
  expect(says("t2")).toMatch(
    /^The healer said that something is wrong here, 1\.9 s .* after the fault; .* after users/,
  );
  expect(says("t2c")).toBe("It took it for crash (confidence 98 %), the right class.");
  expect(says("t3")).toContain("It chose restart-replica, the declared one.");
  expect(says("t6")).toMatch(/^Everything was back, and stayed so, 6\.1 s/);
  expect(says("t7")).toMatch(/^The healer declared it recovered, 0\.8 s .* after we measured it\.$/);
  for (const { rule } of stories.values()) expect(rule).toMatch(/^t\dc? is set when .*; seen through: /);
});

test("what came only once we had taken the fault back is said to be so, and has no name of a time of the stack's", () => {
  const story = stories["waited out"];
  const record = tell({ ...story, claims: [...(story.claims ?? []), [27_000, "closed"]] });
  const trial = judged(record);
  expect(trial.facts.recovery).toBe("waited-out");
  const origin = originOf(trial, record.timeline);
  const told = new Map(markStories({ trial, timeline: record.timeline }, "here", origin).map((one) => [one.name, one]));
  for (const name of ["t5", "t6"] as const)
    expect(told.get(name)?.says).toMatch(/ s \(.*\).*, but only once we had taken the fault back\.$/);
  expect(told.get("t7")?.says).toMatch(/ we measured it\. It was so only once we had taken the fault back\.$/);
  for (const { says } of told.values()) expect(says).not.toMatch(/MTTR|TTM/);
  const claims = claimRows(trial, record.timeline, origin);
  expect(claims.at(-1)?.measured).toMatch(/^recovered: t6 = .*, only once we had taken the fault back; claimed/);
});

test("t0 says whose time it is where an engine told of the effect, and why where that is not believed", () => {
  const t0Of = (told?: readonly [number, number]) => {
    const fault = { applying: 5020, harmFrom: 5040, confirmed: 5500, ...(told && { told }) };
    const { timeline, plan } = tell({ ...stories["clean heal"], fault });
    const trial = judged({ timeline, plan });
    return markStories({ trial, timeline }, "here", originOf(trial, timeline))[0]?.says;
  };
  expect(t0Of()).toMatch(/ The proof: 0\.4\.$/);
  expect(t0Of([5072, 5073])).toMatch(/0\.4\. The engine's event “die” was 428 ms earlier, and t0 is its time\.$/);
  expect(t0Of([4000, 4001])).toMatch(
    / was, by its clock, 1039 ms before our first act: that cannot be, and its time is not/,
  );
});

test("marks that were not reached are told of where that says something", () => {
  const stories = storiesOf(sampleRun(), 1);
  expect(stories.get("t6")).toMatchObject({ reached: false, since: null });
  expect(stories.get("t6")?.says).toBe("We saw no recovery for as long as we watched.");
  expect(stories.get("t7")?.says).toBe("The healer declared it recovered; we never saw a recovery.");
  expect(stories.has("t4")).toBe(false);
  expect(storiesOf(sampleRun(), 3).size).toBe(0);
});

test("a mark is told by the claim of the incident that the facts name, though another was heard in the same moment", () => {
  const { run, records } = passingRun();
  const trial = run.intents[0]?.trials[0];
  const mark = trial?.facts.marks.t2;
  const timeline = records.find(({ plan }) => plan === trial?.plan)?.timeline ?? [];
  const own = timeline.find((event) => event.kind === "claim" && event.claim.type === "detected");
  if (trial === undefined || mark === undefined || own?.kind !== "claim") throw new Error("the sample has no t2");
  const honesty = { incidents: [{ incident: own.claim.incident, declaration: "nothing-declared" as const }] };
  const named = { ...trial, facts: { ...trial.facts, honesty } };
  const other = { ...own, at: mark.lo, claim: { ...own.claim, incident: "i99", reasons: ["another matter"] } };
  const stories = markStories({ trial: named, timeline: [other, ...timeline] }, "here", originOf(trial, timeline));
  expect(stories.find(({ name }) => name === "t2")?.says).toContain(own.claim.reasons[0]);
});
