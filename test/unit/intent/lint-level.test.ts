// A disturbance that says how hard it shall hit in place of a dose.

import { describe, expect, it } from "vitest";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

const dosed = "    with: { latency: 400ms }\n";
const offersAll = { ...context, faultTable: new Map(faults.map((fault) => [fault.name, fault])) };

function lint(keys: string) {
  return lintIntentText(soundIntent.replace(dosed, keys), "experiments/network/slow.yaml", offersAll);
}

const told = (keys: string): string[] =>
  lint(keys).problems.map(({ place, found }) => `${place?.line}:${place?.column} ${found}`);

describe("a level", () => {
  it("stands in place of the dose", () => {
    const { intent, problems } = lint("    level: significant\n");
    expect(problems).toEqual([]);
    expect(intent?.disturbances[0]).toMatchObject({ params: {}, level: { intended: "significant" } });
  });

  it("leaves the other parameters as they are, and has them checked", () => {
    expect(lint("    level: significant\n    with: { jitter: 5ms }\n").intent?.disturbances[0]?.params).toEqual({
      jitter: "5ms",
    });
    expect(told("    level: significant\n    with: { jiter: 5ms }\n").join()).toContain("jiter");
  });

  it("is refused beside the dose, where there is no dose, and where it is none", () => {
    expect(told("    level: significant\n    with: { latency: 1s }\n")).toEqual(["20:5 level beside latency"]);
    expect(told(`    level: total\n`)).toEqual(['20:12 "total"']);
    const kill = soundIntent
      .replace("network.latency", "process.kill")
      .replace("edge: { from: gateway, to: inference }", "replica_of: inference")
      .replace(dosed, "    level: significant\n");
    const { problems } = lintIntentText(kill, "experiments/network/slow.yaml", offersAll);
    expect(problems.map(({ found }) => found)).toContain("a level for process.kill");
  });
});
