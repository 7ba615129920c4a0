// What the stack wrote around each mark, on a trial's page: bounded, and harmless whatever it is.

import { expect, test } from "vitest";
import type { LogEvent } from "../../../src/records/timeline/log.ts";
import { logStretches, noLogSentence } from "../../../src/report/log-lines.ts";
import { wordsOf } from "../../builders/committed-samples.ts";
import { renderPages } from "../../builders/rendered-page.ts";
import { hostile, passingRun } from "../../builders/sample-run.ts";

const origin = { at: 1000, what: "injection (t0)" };
const mark = (at: number) => ({ at, lo: at - 100, hi: at });
const marks = { t0: mark(1000), t2: mark(6000), t3: mark(6200), t6: mark(20_000) };
const log = (at: number, ...lines: readonly string[]): LogEvent => ({ kind: "log", from: at - 100, at, lines });

test("lines stand with the marks that they lie within a second and a half of, and marks beside each other share them", () => {
  const timeline = [
    log(900, "before t0"),
    log(3500, "between"),
    log(6100, "at t2"),
    log(7600, "after t3"),
    log(30_000, "x"),
  ];
  expect(logStretches({ marks }, timeline, origin)).toEqual([
    { marks: "t0", since: 0, lines: [{ since: -100, when: "−0.20 s to −0.10 s", says: "before t0" }], more: 0 },
    {
      marks: "t2, t3",
      since: 5000,
      lines: [
        { since: 5100, when: "+5.00 s to +5.10 s", says: "at t2" },
        { since: 6600, when: "+6.50 s to +6.60 s", says: "after t3" },
      ],
      more: 0,
    },
  ]);
});

test("of a stack that wrote much at a mark some lines are shown, and the others counted", () => {
  const many = Array.from({ length: 30 }, (_, n) => `line ${n}`);
  const timeline = [log(1000, ...many), { ...log(1100, ...many), more: 7 }];
  const [stretch] = logStretches({ marks }, timeline, origin) ?? [];
  expect(stretch?.lines).toHaveLength(40);
  expect(stretch?.more).toBe(27);
});

/** Four lines a look, ten looks a second. */
function chatty(from: number, to: number): readonly LogEvent[] {
  const looks = Array.from({ length: (to - from) / 100 }, (_, n) => from + n * 100);
  return looks.map((at) => log(at, ...[1, 2, 3, 4].map((n) => `${at} ${n}`)));
}

test("of too many lines those nearest to the mark are shown", () => {
  const [stretch] = logStretches({ marks: { t0: marks.t0 } }, chatty(-500, 2600), origin) ?? [];
  const shown = stretch?.lines.map(({ since }) => since) ?? [];
  expect(shown).toHaveLength(40);
  expect(shown).toContain(0);
  expect(Math.max(...shown.map(Math.abs))).toBeLessThanOrEqual(600);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
});

test("of too many lines each of the marks that share them has its part", () => {
  const timeline = [log(6000, ...Array.from({ length: 40 }, (_, n) => `${n}`)), ...chatty(6100, 9000)];
  const shared = { t2: mark(6000), t3: mark(8500) };
  const [stretch] = logStretches({ marks: shared }, timeline, origin) ?? [];
  const near = (at: number) => stretch?.lines.filter(({ since }) => Math.abs(since + 1000 - at) <= 300).length;
  expect([stretch?.lines.length, near(6000), near(8500)]).toEqual([40, 20, 20]);
});

test("a trial without a log, of before or of another platform, says that none was kept; silence is told as such", async () => {
  expect(logStretches({ marks }, [], origin)).toBeNull();
  expect(logStretches({ marks }, [log(90_000, "far from any mark")], origin)).toEqual([]);
  const { run, records } = passingRun();
  const pagesOf = async (seen: typeof records) => [...(await renderPages(run, seen)).values()];
  const withWords = (pages: readonly string[], words: string) => pages.filter((html) => html.includes(words)).length;
  const without = await pagesOf(records);
  expect(withWords(without, "No output of the stack was kept.")).toBe(2);
  expect(withWords(without, "wrote nothing")).toBe(0);
  const far = records.map((one) => ({ ...one, timeline: [...one.timeline, log(-900_000, "long before any mark")] }));
  const silent = await pagesOf(far);
  expect(withWords(silent, "The stack wrote nothing around a mark.")).toBe(2);
  expect(withWords(silent, "was kept")).toBe(0);
  expect(noLogSentence(null, "missing")).toBe("The timeline is missing, so what the stack wrote is not known.");
});

test("a line that tries to break out of the page is shown and does nothing", async () => {
  const { run, records } = passingRun();
  const t0 = run.intents[0]?.trials[0]?.facts.marks.t0?.at ?? 0;
  const told = records.map((record) => ({
    ...record,
    timeline: [...record.timeline, log(t0, hostile, "plain words")],
  }));
  const pages = await renderPages(run, told);
  const html = [...pages].find(([path]) => path.includes("treatment-1"))?.[1] ?? "";
  expect(wordsOf(html)).toContain("What the stack wrote around the marks");
  expect(html).toContain("<code>plain words</code>");
  expect(html).not.toMatch(/<script>alert|<img src=x/);
});
