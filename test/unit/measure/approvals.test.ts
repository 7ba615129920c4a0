import { describe, expect, it } from "vitest";
import type { ApprovalFacts } from "../../../src/records/facts/approvals.ts";
import { measureTrial } from "../../builders/measured.ts";
import { stories } from "../../golden/stories.ts";
import { tell } from "../../builders/simulated-trial.ts";
import type { Story } from "../../builders/simulated-story.ts";

type Claims = NonNullable<Story["claims"]>;

const whole = stories["clean heal"];
/** Beats come every 200 ms from 300 on, so that a claim at 6430 came after the beat at 6300. */
const approvalsOf = (claims: Claims, story: Story = whole): ApprovalFacts | undefined =>
  measureTrial(tell({ ...story, claims: [...(whole.claims ?? []), ...claims] })).approvals;

describe("waiting for approval", () => {
  it("is absent when none was asked for", () => {
    expect(approvalsOf([])).toBeUndefined();
    expect(approvalsOf([[7000, "approval.granted"]])).toBeUndefined();
  });

  it("lasts from asked to granted, as sharp as the feed's beat", () => {
    const facts = approvalsOf([
      [6850, "approval.requested", { pathway: "restore-index" }],
      [8050, "approval.granted"],
    ]);
    expect(facts?.waits).toEqual([
      {
        incident: "i1",
        pathway: "restore-index",
        outcome: "granted",
        asked: { at: 6850, lo: 6699, hi: 6850 },
        answered: { at: 8050, lo: 7899, hi: 8050 },
        wait: { ms: 1200, lo: 1049, hi: 1351, formula: "granted − asked" },
      },
    ]);
    expect(facts?.total).toEqual({ ms: 1200, lo: 1049, hi: 1351, formula: "time waited for approvals" });
  });

  it.each(["denied", "expired"] as const)("says that it was %s", (outcome) => {
    const facts = approvalsOf([
      [6850, "approval.requested"],
      [8050, `approval.${outcome}`],
    ]);
    expect(facts?.waits[0]).toMatchObject({ outcome, wait: { ms: 1200, formula: `${outcome} − asked` } });
  });

  it("is still waited for at the end of observing when nobody answered, also when only our revert was waited for", () => {
    const facts = approvalsOf([
      [6850, "approval.requested"],
      [25_500, "approval.granted"],
    ]);
    expect(facts?.waits).toMatchObject([{ outcome: "waiting", wait: { ms: 18_150, lo: 18_150, hi: 18_301 } }]);
    expect(facts?.waits[0]?.answered).toBeUndefined();
  });

  it("pairs every question with the first answer to the same incident and pathway", () => {
    const other = { incident: "i2" };
    const facts = approvalsOf([
      [6850, "approval.requested", { pathway: "restore-index" }],
      [6900, "approval.requested", { ...other, pathway: "restart-replica" }],
      [7050, "approval.granted", { ...other, pathway: "restart-replica" }],
      [7250, "approval.requested", { pathway: "restart-replica" }],
      [7450, "approval.denied", { pathway: "restart-replica" }],
      [8050, "approval.granted", { pathway: "restore-index" }],
    ]);
    const said = facts?.waits.map(({ incident, pathway, outcome, wait }) => [incident, pathway, outcome, wait.ms]);
    expect(said).toEqual([
      ["i1", "restore-index", "granted", 1200],
      ["i2", "restart-replica", "granted", 150],
      ["i1", "restart-replica", "denied", 200],
    ]);
  });

  it("answers each question once, also when the same is asked for again", () => {
    const facts = approvalsOf([
      [6850, "approval.requested"],
      [7050, "approval.denied"],
      [7850, "approval.requested"],
      [8250, "approval.granted"],
    ]);
    expect(facts?.waits.map(({ outcome, wait }) => [outcome, wait.ms])).toEqual([
      ["denied", 200],
      ["granted", 400],
    ]);
  });

  it("counts time once in which several were waited for", () => {
    const facts = approvalsOf([
      [6850, "approval.requested"],
      [7250, "approval.requested", { incident: "i2" }],
      [8050, "approval.granted"],
      [8850, "approval.granted", { incident: "i2" }],
    ]);
    expect(facts?.total.ms).toBe(2000);
  });

  it("does not hide in resolve: the part of it in [t2, t6] stands apart", () => {
    const claims: Claims = [
      [6850, "approval.requested"],
      [8050, "approval.granted"],
      [8850, "approval.requested", { incident: "i2" }],
    ];
    const { approvals, marks, resolve } = measureTrial(
      tell({ ...whole, claims: [...(whole.claims ?? []), ...claims] }),
    );
    const t6 = marks.t6?.at ?? 0;
    expect(approvals?.inResolve?.ms).toBe(1200 + (t6 - 8850));
    expect(approvals?.total.ms).toBe(1200 + (25_000 - 8850));
    expect(approvals?.inResolve?.hi).toBeLessThan(resolve?.hi ?? 0);
    expect(approvals?.inResolve?.lo).toBeLessThanOrEqual(approvals?.inResolve?.ms ?? 0);
    const broken = tell({ ...stories["never recovers"], claims });
    expect(measureTrial(broken).approvals?.inResolve).toBeUndefined();
  });

  it("before the fault is of another matter", () => {
    expect(
      approvalsOf([
        [2000, "approval.requested"],
        [3000, "approval.granted"],
      ]),
    ).toBeUndefined();
  });
});
