// How an intent says what makes an impact, what makes a way back, and how often a probe looks.

import { describe, expect, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "experiments/network/one.yaml";

function steady(lines: string): ReturnType<typeof lintIntentText> {
  return lintIntentText(soundIntent.replace("  bad_after: 2\n", lines), file, context);
}

function problems(lines: string): string[] {
  return steady(lines).problems.map(({ place, found }) => `${place?.line}:${place?.column} ${found}`);
}

describe("an impact", () => {
  test("is so many bad windows in a row, or among so many", () => {
    expect(steady("  bad_after: 3\n").intent?.steady).toMatchObject({ badAfter: 3 });
    expect(steady("  bad_after: { windows: 2, of: 3 }\n").intent?.steady).toMatchObject({ badAfter: 2, badOf: 3 });
  });

  test("cannot be more windows than are looked at, or none", () => {
    expect(problems("  bad_after: { windows: 4, of: 3 }\n")).toEqual(["12:25 4 bad windows of 3"]);
    expect(problems("  bad_after: { windows: 0, of: 3 }\n")).toHaveLength(1);
    expect(problems("  bad_after: 0\n")).toHaveLength(1);
  });
});

describe("the exit condition of a breach", () => {
  test("may be stricter than the entry condition, each by its name", () => {
    const { intent } = steady("  back:\n    users-answered: users.error_share <= 0.02\n");
    expect(intent?.steady.conditions.map(({ name, back }) => [name, back])).toEqual([
      ["users-answered", "users.error_share <= 0.02"],
      ["users-fast", undefined],
      ["inference-whole", undefined],
    ]);
  });

  test("names conditions that there are, and looks at what they look at", () => {
    expect(problems("  back:\n    users-answerd: users.error_share <= 0.02\n")).toEqual([
      '13:5 "users-answerd", which is no condition under where',
    ]);
    expect(problems("  back:\n    users-answered: replicas.inference == 2\n")).toEqual([
      "13:21 an exit condition that looks at other things than the entry condition",
    ]);
    expect(problems("  back:\n    users-answered: users.error_shar <= 0.02\n")[0]).toContain("unknown probe");
  });
});

describe("the period of a probe", () => {
  test("may be shorter than the target's, and then counts for what can be resolved", () => {
    const { intent } = steady("  probe_every: { replicas.inference: 20ms }\n");
    expect(intent?.steady.probeEveryMs).toEqual({ "replicas.inference": 20 });
  });

  test("is of a probe that there is, not longer than the target's, and not under 10 ms", () => {
    expect(problems("  probe_every: { replicas.inferenc: 20ms }\n")).toEqual([
      '12:18 unknown probe "replicas.inferenc"',
    ]);
    expect(problems("  probe_every: { replicas.inference: 5ms }\n")).toEqual(["12:38 5ms"]);
    expect(problems("  probe_every: { replicas.inference: 1m }\n")).toContain("12:38 1m");
  });
});
