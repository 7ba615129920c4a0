// A night that is chosen and run: what earlier ones showed is expected of its trial, before that begins.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appendRows } from "../../src/history/rows-file.ts";
import type { TrialPlan } from "../../src/records/plan.ts";
import { historyRow } from "../builders/history-rows.ts";
import { trialsOf } from "../support/main-job.ts";
import { makeSandbox, rebound, resultOf } from "../support/rebound-process.ts";

const intent = "experiments/timing/blip-for.yaml";
const tonight = ["tonight", intent, "--budget", "2m", "--out"];

interface Printed {
  readonly night: {
    readonly chosen: readonly { readonly intent: string; readonly ground: string; readonly prediction: unknown }[];
    readonly plannedMs: number;
  };
  readonly command: string;
}

it("a night's trial has in its plan.json what the history makes expect of it, and the command is what runs it", async () => {
  await using sandbox = await makeSandbox();
  const first = await rebound([...tonight, sandbox.out], sandbox);
  expect(first).toMatchObject({ code: 0 });
  expect(first.text).toContain("1. timing/blip-for (untried;");
  expect(first.text).toContain("expected: no prediction");
  const began = new Date(Date.now() - 86_400_000).toISOString();
  const predicted = { passes: 0.75, of: 2, pathway: null };
  const { mttr: _mttr, mttd: _mttd, ...row } = historyRow({ started: began, ended: began, pathway: null, predicted });
  await appendRows(join(sandbox.out, "history"), [{ ...row, intent: "timing/blip-for", target: "echo" }]);
  const asked = await rebound([...tonight, sandbox.out, "--json"], sandbox);
  const { night, command } = JSON.parse(asked.text) as Printed;
  expect(night.chosen).toMatchObject([{ intent: "timing/blip-for", ground: "known", prediction: { of: 1 } }]);
  expect(night.plannedMs).toBeLessThanOrEqual(120_000);
  expect(command).toBe(`rebound run ${intent} --budget 120000ms --out ${sandbox.out}`);
  const { text } = await rebound([...tonight, sandbox.out, "--run"], sandbox);
  expect(text).toContain("predictions of the last 90 days: 1 judged trial with a prediction: Brier score 0.063");
  const [trial] = trialsOf(resultOf(sandbox));
  expect(trial?.plan.predicted, text).toMatchObject({ of: 1, pathway: null });
  const file = join(sandbox.out, "latest/trials/timing/blip-for/treatment-1/plan.json");
  expect((JSON.parse(readFileSync(file, "utf8")) as TrialPlan).predicted).toEqual(trial?.plan.predicted);
});

it("refuses what cannot go together, and a night without a budget", async () => {
  await using sandbox = await makeSandbox();
  for (const more of [
    ["--json", "--run"],
    ["--shard", "1/2"],
  ]) {
    const { code, text } = await rebound([...tonight, sandbox.out, ...more], sandbox);
    expect(code).toBe(3);
    expect(text).toContain(more[0] ?? "");
  }
  const none = await rebound(["tonight", intent], sandbox);
  expect(none.code).toBe(3);
  expect(none.text).toContain("--budget");
});
