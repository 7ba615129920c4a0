import { expect, test } from "vitest";
import { declarationGraceMs } from "../../../src/core/blast-radius.ts";
import type { Mark } from "../../../src/records/interval.ts";
import type { TrialFacts } from "../../../src/records/facts/facts.ts";
import { hasSettled } from "../../../src/trial/settled.ts";
import { samplePlan } from "../../builders/sample-trial.ts";

const at = (ms: number): Mark => ({ at: ms, lo: ms, hi: ms });
const seen = (marks: TrialFacts["marks"]): Pick<TrialFacts, "marks" | "windows"> => ({ marks, windows: [] });
const sample = samplePlan("process/replica-kill", "treatment");
const plan = {
  ...sample,
  steady: { ...sample.steady, windowMs: 500 },
  expect: { heldFire: false, never: [], detected: { withinMs: 8000, as: ["replica-down"] } },
};
const soon = { overtime: -1, now: 12_000 };

test("a trial goes on while a detection that is expected may still come, though users were never hurt for long", () => {
  const recovered = { t0: at(10_000), t6: at(10_500), t7: at(11_000) };
  expect(hasSettled(seen(recovered), plan, soon)).toBe(false);
  expect(hasSettled(seen({ ...recovered, t2: at(11_500) }), plan, soon)).toBe(true);
  expect(hasSettled(seen(recovered), plan, { overtime: -1, now: 18_400 })).toBe(false);
  expect(hasSettled(seen(recovered), plan, { overtime: -1, now: 18_600 })).toBe(true);
});

test("a trial goes on while open requests may still decide whether it recovered in time, and no longer than they can", () => {
  const window = (from: number, state: "bad" | "unseen") => ({
    from,
    to: from + 500,
    state,
    users: state,
    broken: [],
    values: {},
    ...(state === "unseen" && { undecided: true as const }),
  });
  const { watchMs, holdMs } = plan;
  const due = 10_000 + watchMs;
  const facts = (...windows: ReturnType<typeof window>[]) => ({ marks: { t0: at(10_000) }, windows });
  const [before, open] = [window(due - 600, "bad"), window(due + 100, "unseen")];
  const timeoutMs = holdMs + 10_000;
  const patient = { ...plan, load: { ...plan.load, timeoutMs } };
  const now = (overtime: number) => ({ overtime, now: due + overtime });
  expect(hasSettled(facts(before, open), patient, now(5000))).toBe(false);
  expect(hasSettled(facts(before, window(due + 100, "bad")), patient, now(5000))).toBe(true);
  expect(hasSettled(facts(before, open), patient, now(timeoutMs + 900))).toBe(false);
  expect(hasSettled(facts(before, open), patient, now(timeoutMs + 1000))).toBe(true);
});

test("a trial goes on after a window that nobody saw, for as long as the hold may still be seen", () => {
  const due = 10_000 + plan.watchMs;
  const dark = { from: due + 100, to: due + 600, state: "unseen", users: "unseen", broken: [], values: {} } as const;
  const facts = { marks: { t0: at(10_000) }, windows: [dark] };
  const heldMs = plan.holdMs + 3 * plan.steady.windowMs;
  expect(hasSettled(facts, plan, { overtime: heldMs - 1, now: due + heldMs - 1 })).toBe(false);
  expect(hasSettled(facts, plan, { overtime: heldMs, now: due + heldMs })).toBe(true);
});

test("where no detection is expected, recovered and declared is enough", () => {
  const expected = { heldFire: false, never: [] };
  const recovered = { t0: at(10_000), t6: at(10_500), t7: at(11_000) };
  expect(hasSettled(seen(recovered), { ...plan, expect: expected }, soon)).toBe(true);
});

test("a declaration that waits for another incident is waited for, and no longer than one that never comes", () => {
  const expected = { ...plan, expect: { heldFire: false, never: [] } };
  const recovered = seen({ t0: at(10_000), t6: at(10_500), t7: at(10_300) });
  const held = 10_500 + plan.holdMs;
  expect(hasSettled(recovered, expected, { overtime: -1, now: held })).toBe(true);
  expect(hasSettled(recovered, expected, { overtime: -1, now: held, awaits: true })).toBe(false);
  expect(hasSettled(recovered, expected, { overtime: -1, now: held + declarationGraceMs, awaits: true })).toBe(true);
});
