import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { HarnessError } from "../../../../src/core/errors.ts";
import type { Intent } from "../../../../src/core/intent.ts";
import { appendImpacts } from "../../../../src/history/impact-rows.ts";
import { describePlans } from "../../../../src/plan/describe.ts";
import { levelSentence } from "../../../../src/report/levels.ts";
import { conditionsKey } from "../../../../src/run/levels/at-levels.ts";
import { impactRowsOf } from "../../../../src/run/levels/feedback.ts";
import { choose } from "../../../../src/run/select.ts";
import { planTonight } from "../../../../src/run/tonight.ts";
import { sampleRun } from "../../../builders/sample-run.ts";

const root = await mkdtemp(join(tmpdir(), "rebound-levels-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const file = join(root, "experiments/network/inference-latency.yaml");
const out = join(root, "reports");
const shipped = await readFile("experiments/network/inference-latency.yaml", "utf8");
await mkdir(dirname(file), { recursive: true });
await writeFile(file, shipped.replace("with: { latency: 400ms }", "level: significant"));

const night = () => planTonight([file], { budget: 3_600_000, trials: 1, out }, new Date("2026-11-30T20:00:00Z"));
const refused = (): Promise<unknown> => choose([file], { trials: 1, out }).catch((thrown: unknown) => thrown);

it("a level gets the dose that was felt to have it, and each plan says how surely", async () => {
  const before = await refused();
  expect(before).toBeInstanceOf(HarnessError);
  expect((before as HarnessError).code).toBe("bad-input");
  expect((before as HarnessError).hint).toContain("rebound calibrate");
  const line = (await readFile(file, "utf8")).split("\n").findIndex((one) => one.includes("level: significant")) + 1;
  expect((before as HarnessError).problems).toMatchObject([{ code: "RB0618", place: { line } }]);
  const without = await night();
  expect(without.night.chosen).toEqual([]);
  expect(without.cannot).toEqual([
    expect.stringMatching(
      /^1 intent with a level of which no dose is known \(calibrate first: rebound calibrate .*\): network\/inference-latency$/,
    ),
  ]);

  const { intents, targets } = await choose([file], { trials: 1, out, levels: "open" });
  const target = targets.find(({ name }) => name === intents[0]?.target);
  if (intents[0] === undefined || target === undefined) throw new Error("no intent");
  const key = conditionsKey(intents[0], { target, dosed: { index: 0, param: "latency" } });
  const base = { v: 1 as const, at: "2026-11-30T19:00:00Z", run: "r", target: target.name, intent: intents[0].id, key };
  const felt = [100, 200, 300, 500, 700, 900, 1200].map((dose) => ({ dose, bad: dose >= 600 ? 0.4 : 0.05, slo: 0.95 }));
  await appendImpacts(
    out,
    felt.map((one) => ({ ...base, fault: "network.latency", param: "latency", ...one })),
  );

  // From the same folder as the history.
  const dosed = await night();
  expect([dosed.night.chosen.map(({ intent }) => intent), dosed.cannot]).toEqual([["network/inference-latency"], []]);
  const { plans } = await choose([file], { trials: 1, out });
  const [planned] = plans[0]?.disturbances ?? [];
  expect(planned?.level).toMatchObject({ intended: "significant", param: "latency", trials: 7, key });
  expect(planned?.level?.dose).toBeGreaterThan(400);
  expect(planned?.level?.dose).toBeLessThan(900);
  expect(planned?.params).toEqual({ latency: `${planned?.level?.dose}ms` });
  expect(describePlans(plans).replaceAll(/\s+/g, " ")).toMatch(
    /meant to be significant \(latency lies at \d+ms to [\d.]+s, by 7 measured impacts\)/,
  );
});

it("other conditions know nothing of these impacts", async () => {
  await writeFile(file, shipped.replace("with: { latency: 400ms }", "level: significant").replace("20/s", "30/s"));
  expect(await refused()).toBeInstanceOf(HarnessError);
});

it("whatever else an impact depends on is part of its conditions", async () => {
  const { intents, targets } = await choose([file], { trials: 1, out, levels: "open" });
  const [intent] = intents;
  const target = targets.find(({ name }) => name === intent?.target);
  if (intent === undefined || target === undefined) throw new Error("no intent");
  const keyOf = (changes: Partial<Intent>, platform = target.platform): string =>
    conditionsKey(
      { ...intent, ...changes },
      { target: { ...target, platform }, dosed: { index: 0, param: "latency" } },
    );
  const { expect: expected, steady } = intent;
  const recovered = expected.recovered ?? { by: "nobody", withinMs: 0, holdMs: 0 };
  const others = [
    keyOf({}, "docker"),
    keyOf({ watchMs: intent.watchMs + 1 }),
    keyOf({ steady: { ...steady, windowMs: steady.windowMs + 1 } }),
    keyOf({ expect: { ...expected, budget: { slo: 0.9, maxBurn: 1 } } }),
    keyOf({ expect: { ...expected, budget: { slo: 0.9, maxBurn: 1, stream: "second" } } }),
    keyOf({ expect: { ...expected, recovered: { ...recovered, holdMs: recovered.holdMs + 1 } } }),
    keyOf({ expect: { ...expected, recovered: { ...recovered, withinMs: recovered.withinMs + 1 } } }),
  ];
  expect(new Set([keyOf({}), ...others]).size).toBe(others.length + 1);
  expect(keyOf({ title: "Another", trials: 9 })).toBe(keyOf({}));
});

const level = { intended: "significant", param: "latency", dose: 600, unit: "ms", key: "k", trials: 7 } as const;

it("what a run felt is kept for the next, and said beside what was meant; of treatment alone", () => {
  const { run } = sampleRun();
  const impact = { level: "noticeable", bad: 0.1, slo: 0.95, burnRate: 2, burntPerMinute: 2 / 43_200 } as const;
  const intents = run.intents.map((intent) => ({
    ...intent,
    trials: intent.trials.map((trial) => ({
      ...trial,
      plan: { ...trial.plan, disturbances: trial.plan.disturbances.map((one) => ({ ...one, level })) },
      facts: { ...trial.facts, impact },
      verdict: { outcome: "pass" as const, findings: [] },
    })),
  }));
  const treated = intents.flatMap(({ trials }) =>
    trials.filter(({ plan }) => plan.arm === "treatment" && plan.disturbances.length > 0),
  );
  expect(treated.length).toBeGreaterThan(0);
  const rows = impactRowsOf({ ...run, intents });
  expect(rows).toHaveLength(treated.length);
  expect(rows[0]).toMatchObject({ key: "k", dose: 600, bad: 0.1, slo: 0.95 });
  const said = intents.flatMap((intent) => levelSentence(intent) ?? []);
  expect(said[0]).toMatch(
    /meant to be significant \(latency 600ms, known from 7 trials\); it was noticeable in \d+ of/,
  );
  expect(run.intents.map(levelSentence)).toEqual(run.intents.map(() => undefined));
});
