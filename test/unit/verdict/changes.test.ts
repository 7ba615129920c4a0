// What changed since the baseline, a line for each change, and how the page shows it.

import { expect, it } from "vitest";
import { atOnce } from "../../../src/core/steps.ts";
import { changesSince as changesInPieces } from "../../../src/verdict/changes.ts";
import { historyRowsOf } from "../../../src/verdict/history-rows.ts";
import type { TrialOutcome } from "../../../src/records/results/outcome.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { ofNight } from "../../builders/history-rows.ts";
import { sampleRun } from "../../builders/sample-run.ts";
import { scoredIntents, scoredTrial, times } from "../../builders/scored-trial.ts";

const changesSince = (...of: Parameters<typeof changesInPieces>) => atOnce(changesInPieces(...of));

function nightOf(night: number, trials: readonly TrialResult[], suite: string | null = "nightly") {
  const { run: runId, started: startedAt, ended: endedAt } = ofNight(night);
  return { ...sampleRun().run, runId, startedAt, endedAt, suite, intents: scoredIntents(trials) };
}

const stuck = { recovery: "not-recovered" as const };
const before = nightOf(0, [
  ...times(10),
  scoredTrial({ intent: "a/worse" }),
  scoredTrial({ intent: "b/better", ...stuck }),
  scoredTrial({ intent: "c/other", ...stuck }),
  scoredTrial({ intent: "d/gone" }),
]);
const after = nightOf(1, [
  ...times(10, { mttrMs: 12_000 }),
  scoredTrial({ intent: "a/worse", ...stuck }),
  scoredTrial({ intent: "b/better" }),
  scoredTrial({ intent: "c/other", late: true, ...stuck }),
  scoredTrial({ intent: "e/new" }),
]);
const rows = historyRowsOf(before);
const past = { rows: rows.filter(({ intent }) => intent !== "d/gone"), baseline: rows };

it("each change has its kind and its reason, and what stayed as it was has no line", () => {
  const { baseline, changes } = changesSince(after, past);
  expect(baseline).toBe(ofNight(0).run);
  expect(changes.map(({ intent, kind, says }) => `${intent} ${kind}: ${says}`)).toEqual([
    expect.stringMatching(
      /^process\/replica-kill slower: MTTR takes 2\.40 times as long as in the 90 days before \(10 and/,
    ),
    `a/worse new-failure: passed in ${ofNight(0).run}, fail now (recovered-in-time)`,
    `b/better fixed: fail in ${ofNight(0).run} (recovered-in-time), passes now`,
    `c/other other-outcome: fail in ${ofNight(0).run} (recovered-in-time), inconclusive now (recovered-in-time, harness-kept-pace)`,
    "e/new new: no run of the last 90 days has it; pass now",
    `d/gone gone: it was in ${ofNight(0).run}, and is not in this run`,
  ]);
  expect(
    changesSince(nightOf(1, times(10)), { rows, baseline: rows.filter(({ intent }) => intent < "b") }).changes,
  ).toEqual([{ intent: "a/worse", kind: "gone", says: `it was in ${ofNight(0).run}, and is not in this run` }]);
});

it("without a past no trial is made into a row, and each intent is new", () => {
  const run = nightOf(1, times(4));
  let asked = 0;
  const unread = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map((trial) => ({
      ...trial,
      plan: Object.defineProperty({ ...trial.plan }, "seed", { get: () => (asked += 1) }),
    })),
  }));
  const { changes } = changesSince({ ...run, intents: unread }, { rows: [], baseline: [] });
  expect([changes.map(({ kind }) => kind), asked]).toEqual([["new"], 0]);
  changesSince({ ...run, intents: unread }, { rows, baseline: [] });
  expect(asked).toBeGreaterThan(0);
});

it("nothing is gone from a choice of intents, and an intent without a trial was not run", () => {
  const chosen = { ...nightOf(1, times(10), null) };
  expect(changesSince(chosen, past).changes).toEqual([]);
  const none = { ...chosen, intents: chosen.intents.map((intent) => ({ ...intent, trials: [] })) };
  expect(changesSince(none, past).changes.map(({ kind }) => kind)).toEqual(["not-run"]);
});

it("an intent that the baseline has not is held against the newest run that has it", () => {
  const older = historyRowsOf(nightOf(0, [scoredTrial({ intent: "a/worse" })]));
  const { changes } = changesSince(nightOf(2, [scoredTrial({ intent: "a/worse", ...stuck })]), {
    rows: older,
    baseline: [],
  });
  expect(changes[0]?.kind).toBe("new-failure");
});

it("only a failure is new or fixed: what was not judged, before or now, is another outcome", () => {
  const [row] = historyRowsOf(nightOf(0, [scoredTrial({ intent: "a/worse" })]));
  const night = nightOf(1, [scoredTrial({ intent: "a/worse" })]);
  const kind = (was: TrialOutcome, outcome: TrialOutcome): string | undefined => {
    const baseline = [{ ...(row ?? expect.fail()), outcome: was }];
    const run = { ...night, intents: night.intents.map((intent) => ({ ...intent, outcome })) };
    return changesSince(run, { rows: baseline, baseline }).changes[0]?.kind;
  };
  for (const failure of ["fail", "residue"] as const) {
    expect(kind("pass", failure)).toBe("new-failure");
    expect(kind(failure, "pass")).toBe("fixed");
  }
  for (const unseen of ["inconclusive", "invalid"] as const) {
    for (const seen of ["pass", "fail", "residue"] as const) {
      expect(kind(seen, unseen), `${seen}, ${unseen}`).toBe("other-outcome");
      expect(kind(unseen, seen), `${unseen}, ${seen}`).toBe("other-outcome");
    }
    expect(kind(unseen, unseen)).toBeUndefined();
  }
});

it("an intent is held against runs under the same settings alone", () => {
  const careful = scoredTrial({ intent: "a/worse", ...stuck });
  const under = (policy: string) => ({ ...careful, plan: { ...careful.plan, settings: { policy } } });
  const [bold] = historyRowsOf(nightOf(0, [under("bold")])).map((row) => ({ ...row, outcome: "pass" as const }));
  const older = [bold ?? expect.fail()];
  const kinds = (policy: string) =>
    changesSince(nightOf(1, [under(policy)]), { rows: older, baseline: older }).changes.map(({ kind }) => kind);
  expect(kinds("bold")).toEqual(["new-failure"]);
  expect(kinds("careful")).toEqual(["new"]);
});

it("nothing is gone from a shard, which has but a part of its suite", () => {
  const shard = { ...nightOf(1, times(10)), shard: { index: 1, of: 2, night: "0badcafe" } };
  expect(changesSince(shard, past).changes).toEqual([]);
});

it("times of too few trials, or of another plan, are said not to be compared, and no change is not claimed of them", async () => {
  const few = nightOf(1, times(1));
  const found = changesSince(few, {
    rows: historyRowsOf(nightOf(0, times(10))),
    baseline: historyRowsOf(nightOf(0, times(10))),
  });
  expect(found).toMatchObject({
    changes: [],
    timesNotCompared: "Times were not compared: of 1 intent, too few trials: it takes 4 on each side.",
  });
  const html = await renderHtml({ ...few, changes: found }, []);
  expect(html).toContain("it takes 4 on each side. Nothing that was compared changed.");
  const other = historyRowsOf(nightOf(0, times(10))).map((row) => ({ ...row, plan: "0123456789abcdef" }));
  expect(changesSince(few, { rows: other, baseline: other }).timesNotCompared).toBe(
    "Times were not compared: of 1 intent, another plan.",
  );
});

it("the page shows them before the tables, what weighs most first, and says when nothing changed", async () => {
  const html = await renderHtml({ ...after, changes: changesSince(after, past) }, []);
  const words = ["new failure", "other outcome", "slower", "gone", "fixed", "new"];
  const places = words.map((word) => html.indexOf(`role="rowheader">${word}</th>`));
  expect(places.every((place, at) => place > (places[at - 1] ?? 0))).toBe(true);
  const same = await renderHtml({ ...before, changes: { baseline: "r", changes: [] } }, []);
  expect(same).toContain("Nothing changed.");
  const first = await renderHtml({ ...before, changes: changesSince(before, { rows: [], baseline: [] }) }, []);
  expect(first).toContain("There is no earlier run to hold this one against.");
});
