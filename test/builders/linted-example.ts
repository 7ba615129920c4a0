// Lints the texts of the table of codes, each in a file that is sound but for it, on targets that are shipped.

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Problem } from "../../src/core/errors.ts";
import type { ExampleKind } from "../../src/core/problems/entry.ts";
import { faults } from "../../src/faults/index.ts";
import { intentId, lintIntentText } from "../../src/intent/lint-intent.ts";
import { k6Scripts } from "../../src/load/k6/source.ts";
import { offeredBy } from "../../src/platforms/index.ts";
import { probeKinds } from "../../src/probes/table.ts";
import { ruleTable } from "../../src/verdict/rule-table.ts";
import { levelled, unknownDose } from "../../src/run/levels/levelled.ts";
import { sameNames } from "../../src/run/same-names.ts";
import type { Target } from "../../src/core/target.ts";
import { lintTargetText, type TargetContext } from "../../src/target/lint-target.ts";
import { targetReader } from "./target-reader.ts";

const root = resolve(import.meta.dirname, "../..");
const rows = '{"text":"hello"}\n';

const soundIntent = `version: 1
title: One slow inference replica
belief: When one of two inference replicas answers late, users are fast again within 15 seconds.
target: reference-ai-stack
arms: [treatment]
load: { rate: 12/s, slow_over: 400ms, timeout: 5s, warmup: 1500ms, baseline: 4s }
steady: { window: 500ms, where: { users-answered: users.error_share <= 0.2 } }
disturb: [{ fault: network.latency, on: { edge: { from: gateway, to: inference }, count: 1 }, with: { latency: 400ms } }]
expect: { recovered: { within: 15s, by: redistribute-traffic } }
`;

/** Where a benign change is all that is disturbed, the arm is another one. */
const soundChange = soundIntent
  .replace("arms: [treatment]", "arms: [look-alike]")
  .replace(/expect:.*/, "expect: { hold_fire: true }\nwatch: 12s");

const containersIntent = soundIntent
  .replace("reference-ai-stack", "echo-containers")
  .replace(/disturb:.*/, "disturb: [{ fault: container.kill, on: { replica_of: back, count: 1 } }]")
  .replace("redistribute-traffic", "restart-replica");

function targetText(name: string): string {
  return readFileSync(join(root, "targets", name, "target.yaml"), "utf8");
}

function lintTarget(name: string, text = targetText(name), more: Partial<TargetContext> = {}) {
  const reader = { ...targetReader(join(root, "targets", name)), ...more };
  return lintTargetText(text, `targets/${name}/target.yaml`, reader);
}

function shipped(): ReadonlyMap<string, Target> {
  const sound = ["reference-ai-stack", "echo", "echo-containers"].flatMap((name) => lintTarget(name).target ?? []);
  const [first] = sound;
  const named = first && [
    { ...first, name: "shop" },
    { ...first, name: "spared", chaosAllowed: false },
  ];
  return new Map([...sound, ...(named ?? [])].map((target) => [target.name, target]));
}

const context = {
  targets: shipped(),
  brokenTargets: { told: new Map<string, string>(), untold: new Map([["broken", "targets/broken/target.yaml"]]) },
  faultTable: new Map(faults.map((fault) => [fault.name, fault])),
  probeKinds,
  offers: offeredBy,
  ruleNames: ruleTable.map(({ name }) => name),
};

const keyLine = /^([a-z_]+):/;

/** The base with the top-level keys of `part` in place of its own. */
function withKeys(base: string, part: string): string {
  const keys = new Set(part.split("\n").flatMap((line) => keyLine.exec(line)?.[1] ?? []));
  let isReplaced = false;
  const kept = base.split("\n").filter((line) => {
    const key = keyLine.exec(line)?.[1];
    if (key !== undefined) isReplaced = keys.has(key);
    return !isReplaced;
  });
  return `${kept.join("\n").trimEnd()}\n${part}\n`;
}

/** The compose file of an example stands in place of the one that the target names. */
function lintContainers(text: string, composed?: string): readonly Problem[] {
  const isTarget = /^(?:containers|platform|services):/m.test(text);
  if (isTarget || composed !== undefined) {
    const more = composed === undefined ? {} : { read: () => composed };
    return lintTarget("echo-containers", withKeys(targetText("echo-containers"), text), more).problems;
  }
  return lintIntentText(withKeys(containersIntent, text), "experiments/some/example.yaml", context).problems;
}

/** What is said of a sound intent that is to be planned where no impact was measured. */
function askUncalibrated(text: string, file: string): readonly Problem[] {
  const { intent, problems } = lintIntentText(text, file, context);
  const found = intent && levelled(intent);
  return found === undefined ? problems : [...problems, unknownDose({ file }, { text, ...found, impacts: 0 })];
}

async function lintScript(text: string, more: Readonly<Record<string, string>> = {}): Promise<readonly Problem[]> {
  const load = { arrival: "constant", ratePerSecond: 10, slowOverMs: 400, timeoutMs: 5_000 } as const;
  const checked = {
    params: { script: "main.ts", url: "http://127.0.0.1:9", ...more },
    dir: "/somewhere",
    sent: [{ intent: "experiments/some/example.yaml", stream: "scripted", load, atLeastMs: 20_000 }],
  };
  const files = { exists: () => true, read: () => text, shown: () => "main.ts" };
  return (await k6Scripts.check?.(checked, files)) ?? [];
}

/** What the linter says of the text of an example. */
export async function lintedExample(of: ExampleKind, text: string): Promise<readonly Problem[]> {
  const file = "experiments/some/example.yaml";
  switch (of) {
    case "intent": {
      const isChange = /^disturb: \[\{ load:/m.test(text) && !/^arms:/m.test(text);
      return lintIntentText(withKeys(isChange ? soundChange : soundIntent, text), file, context).problems;
    }
    case "uncalibrated":
      return askUncalibrated(withKeys(soundIntent, text), file);
    case "file":
      return lintIntentText(text, file, context).problems;
    case "path":
      return lintIntentText(soundIntent, text, context).problems;
    case "paths":
      return sameNames(
        "intent",
        text.split("\n").map((path) => ({ file: path, name: intentId(path) })),
      );
    case "target": {
      const known = { exists: (path: string) => /(?:rows\.jsonl|shop\.journey\.ts)$/.test(path), read: () => rows };
      return lintTarget("echo", withKeys(targetText("echo"), text), known).problems;
    }
    case "containers":
      return lintContainers(text);
    case "compose":
      return lintContainers("", text);
    case "script":
      return lintScript(text);
    case "script by k6":
      return lintScript(text, { run_by: "k6" });
    default:
      throw new Error(`no such kind of example: ${String(of satisfies never)}`);
  }
}
