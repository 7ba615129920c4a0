// A run that left something behind says so first, by name, in every output, and no build server takes it for green.

import { expect, test } from "vitest";
import { exitCodeOf } from "../../../src/cli/exit.ts";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { renderJunit } from "../../../src/report/junit.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { judgeIntent } from "../../../src/verdict/judge-intent.ts";
import { judgeRun } from "../../../src/verdict/judge-run.ts";
import { passingRun } from "../../builders/sample-run.ts";
import { readXml } from "../../support/xml-reader.ts";

const left = "left behind: toxic latency-7 on gateway→inference-1; pid 4711 (node vector/main.js) still runs";

/** The passing run, with one trial more that left something. */
function withResidue(): { run: RunResult; records: ReturnType<typeof passingRun>["records"] } {
  const { run, records } = passingRun();
  const [intent] = run.intents;
  const trial = intent?.trials[0];
  if (intent === undefined || trial === undefined) throw new Error("the sample has no trial");
  const findings = [
    ...trial.verdict.findings,
    { rule: "nothing-left", outcome: "fail", says: left, restsOn: [] } as const,
  ];
  const bad = { ...trial, plan: { ...trial.plan, index: 2 }, verdict: { outcome: "residue", findings } as const };
  const meta = { ...intent, id: intent.intent };
  const judged = judgeIntent(meta, [...intent.trials, bad]);
  return { run: { ...run, intents: [judged], outcome: judgeRun([judged]) }, records };
}

test("outranks every other outcome, and exits as a failure", () => {
  const { run } = withResidue();
  expect(run.outcome).toBe("residue");
  expect(exitCodeOf(run.outcome)).toBe(1);
  expect(judgeRun([...run.intents, ...run.intents.map((intent) => ({ ...intent, outcome: "fail" as const }))])).toBe(
    "residue",
  );
});

test("is counted by name and names each thing on the terminal, in the summary, in JUnit and on the page", async () => {
  const { run, records } = withResidue();
  const console = renderConsoleTable(run, "r", 120);
  expect(console).toContain("! residue  Something was left behind: 1 intent: 1 residue.");
  expect(console).toContain(left);
  expect(renderSummary(run)).toContain(
    "> **Left behind:** process/replica-kill treatment-2: nothing-left: left behind: toxic latency-7",
  );
  const suite = readXml(renderJunit(run)).children[0];
  expect(suite?.attributes).toMatchObject({ failures: "1" });
  expect(suite?.children[0]?.children[0]).toMatchObject({ name: "failure", attributes: { type: "residue" } });
  expect(suite?.children[0]?.children[0]?.text).toContain(left);
  const page = await renderHtml(run, records);
  expect(page).toContain("<strong>Left behind</strong><ul><li>process/replica-kill treatment-2: nothing-left");
  expect(page).toContain("toxic latency-7 on gateway→inference-1");
});

test("does not count in rates and times", () => {
  const { run } = withResidue();
  const before = passingRun().run.intents[0]?.recoveryRate?.of;
  expect(run.intents[0]?.recoveryRate?.of ?? before).toBe(before);
});
