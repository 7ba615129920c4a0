// What `rebound plan` and the beginning of a run say of the blast radius: by role and count, with shares, the way back,
// and the rest.

import { describe, expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import type { Intent } from "../../../src/core/intent.ts";
import { describePlans } from "../../../src/plan/describe.ts";
import { describeTouched, describeTouchedBriefly } from "../../../src/plan/describe-touched.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { touchedBy, type Touched } from "../../../src/plan/touched.ts";
import { context, shop, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";

function intentOf(text: string, file: string): Intent {
  const { intent, problems } = lintIntentText(text, file, context);
  if (!intent) throw new Error(JSON.stringify(problems));
  return intent;
}

const slow = intentOf(`${soundIntent}abort_if:\n  nobody: users.error_share > 0.9\n`, "experiments/network/slow.yaml");
const placebo = intentOf(soundControl, "experiments/control/placebo.yaml");
const faults = new Map([
  ["network.latency", { wayBack: "takes its toxic off" }],
  ["process.kill", { wayBack: "starts it again" }],
]);

function touched(intents: readonly Intent[], trials = 1): Touched[] {
  const plans = makePlans(intents, context.targets, { runId: "r1", trials });
  return touchedBy({ intents, plans, targets: [shop] }, faults);
}

const full = (intents: readonly Intent[], trials = 1): string => describeTouched(touched(intents, trials), ["/s/stop"]);
const kill = (service: string, count: number | "all", params = {}): Intent["disturbances"][number] => ({
  fault: "process.kill",
  on: { service, count },
  params,
});

describe("what is touched", () => {
  test("is counted over all arms and trials, and every site that chance may choose is named", () => {
    const [one, ...more] = touched([slow], 20);
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      intent: "network/slow",
      target: "shop",
      trials: 40,
      longestMs: 24_500,
      maxDurationMs: 300_000,
    });
    expect(one?.faults).toEqual([
      {
        fault: "network.latency",
        params: { latency: "400ms" },
        service: "inference",
        sites: ["gateway→inference-1", "gateway→inference-2"],
        atOnce: 1,
        wayBack: "takes its toxic off",
      },
    ]);
    expect(one?.services).toEqual([
      { service: "gateway", atOnce: 0, replicas: 1 },
      { service: "inference", atOnce: 1, replicas: 2 },
      { service: "vector", atOnce: 0, replicas: 5 },
    ]);
  });

  test("names the documents that are written into the stack, in controls too", () => {
    const target = { ...shop, documents: { everyMs: 500, timeoutMs: 1000 } } as typeof shop;
    const targets = new Map([[shop.name, target]]);
    for (const intent of [slow, placebo]) {
      const plans = makePlans([intent], targets, { runId: "r1" });
      const said = describeTouched(touchedBy({ intents: [intent], plans, targets: [target] }, faults), ["/s/stop"]);
      expect(said).toContain("writes       a small document of our own every 500ms; they end with the stack");
      expect(full([intent])).not.toContain("writes");
    }
  });

  test("is nothing for a control, and all where that was asked for", () => {
    expect(touched([placebo])[0]).toMatchObject({ faults: [], abortIf: [] });
    const all = { ...slow, limits: { maxShare: 1 }, disturbances: [kill("gateway", "all")] };
    expect(touched([all])[0]).toMatchObject({ maxShare: 1, services: [{ atOnce: 1, replicas: 1 }, {}, {}] });
    expect(full([all])).toContain("ALL 1 of 1 replica of gateway (100 %), at most 100 % allowed");
    expect(full([all])).not.toMatch(/not touched.*gateway/);
  });
});

describe("the blast radius in words", () => {
  test("says sites, shares, dose, longest time, way back, what ends it, and what is not touched", () => {
    expect(full([slow], 20).split("\n").slice(2, 14)).toEqual([
      "network/slow: 40 trials",
      "  target       shop (chaos: allowed in targets/shop/target.yaml)",
      '  does         network.latency with latency "400ms"',
      "  to           the edges to 1 of 2 replicas of inference (50 %), at most 50 % allowed",
      "  edges        gateway→inference-1, gateway→inference-2, by chance of each trial's seed",
      "  way back     takes its toxic off",
      "  for at most  24.5s; the target allows 5m",
      "  abort if     nobody: users.error_share > 0.9",
      "  not touched  gateway; 1 of inference; vector (all 5 replicas); all that is not of the stack",
      "",
      "always:",
      "  where        only in stacks that Rebound starts itself, on this machine, from a fresh work folder",
    ]);
    expect(full([slow])).toMatch(/stop {9}rebound stop, Ctrl-C, or a file: \/s\/stop$/);
  });

  test("says of what runs already that it does, and no longer that only stacks of our own are touched", () => {
    const said = (target: typeof shop): string => {
      const plans = makePlans([slow], new Map([[shop.name, target]]), { runId: "r1" });
      return describeTouched(touchedBy({ intents: [slow], plans, targets: [target] }, faults), ["/s/stop"]);
    };
    const project = said({ ...shop, containers: { project: "prod" } });
    expect(project).toContain("  runs already the project prod: whoever uses it feels what is done");
    expect(project).not.toContain("stacks that Rebound starts itself");
    expect(project).toMatch(/where {8}only in what runs already/);
    expect(said({ ...shop, containers: { stack: "prod" } })).toContain("the stack prod of a Swarm");
  });

  test("adds up what two faults do to one service", () => {
    const both = { ...slow, disturbances: [kill("vector", 1), kill("vector", 1, { signal: "SIGTERM" })] };
    expect(full([both])).toContain("  together     2 of 5 replicas of vector (40 %)");
    expect(full([slow])).not.toContain("together");
  });

  test("of a control is that nothing is touched", () => {
    expect(full([placebo])).toContain("  touches      nothing; users' requests alone reach the stack");
    expect(describeTouchedBriefly(touched([placebo]))).toEqual(["control/placebo on shop: touches nothing"]);
  });

  test("is one line for each intent when a run begins", () => {
    const bump: Intent = { ...placebo, disturbances: [{ fault: "load.change", params: { times: 1.5 } }] };
    expect(describeTouchedBriefly(touched([slow, bump]))).toEqual([
      "network/slow on shop: network.latency at the edges to 1 of 2 replicas of inference (50 %), for at most 24.5s",
      expect.stringMatching(/^control\/placebo on shop: load\.change times 1\.5, for at most \d+/),
    ]);
  });

  test("fits a terminal of 100 columns, and so does the plan, whatever is written in the intent", () => {
    const name = Array.from({ length: 40 }, (_, index) => `word-${index}`).join(" ");
    const wordy = { ...slow, belief: name, abortIf: [{ name: "n", expression: name, view: "users" as const }] };
    const plans = makePlans([wordy], context.targets, { runId: "r1", trials: 1 });
    const lines = `${full([wordy])}\n${describePlans(plans)}`.split("\n");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.filter((line) => line.includes("word-39"))).toHaveLength(3);
  });
});
