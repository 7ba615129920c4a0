import { describe, expect, test } from "vitest";
import { longestFaultMs } from "../../../src/core/blast-radius.ts";
import type { Intent } from "../../../src/core/intent.ts";
import { intentId, lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, misplaced, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";
import { file, problems, changed } from "./lint-cases.ts";

describe("a sound file", () => {
  test("becomes an intent, with durations in ms and views derived", () => {
    const { intent, problems: found } = lintIntentText(soundIntent, file, context);
    expect(found).toEqual([]);
    expect(intent).toMatchObject({
      id: "network/slow",
      file,
      seed: 7,
      trials: 2,
      arms: ["treatment", "ablation"],
      load: {
        arrival: "constant",
        ratePerSecond: 20,
        slowOverMs: 400,
        timeoutMs: 5000,
        warmupMs: 1500,
        baselineMs: 4000,
      },
      disturbances: [
        {
          fault: "network.latency",
          on: { service: "inference", count: 1, edgeFrom: "gateway" },
          params: { latency: "400ms" },
        },
      ],
      watchMs: 15_000,
      expect: {
        detected: { withinMs: 10_000, as: ["replica-slow"] },
        recovered: { withinMs: 15_000, by: "redistribute-traffic", holdMs: 3000 },
        heldFire: false,
        budget: { slo: 0.95, maxBurn: 12 },
        never: [{ name: "total-outage", expression: "users.error_share > 0.9", view: "users" }],
      },
    });
    expect(intent?.steady.conditions.map(({ name, view }) => [name, view])).toEqual([
      ["users-answered", "users"],
      ["users-fast", "users"],
      ["inference-whole", "state"],
    ]);
  });

  test("may leave out what has a default", () => {
    const { intent } = lintIntentText(soundControl, file, context);
    expect(intent).toMatchObject({ seed: 1, trials: 1, tags: [], steady: { badAfter: 2 }, watchMs: 10_000 });
    expect(intent?.expect).toEqual({ heldFire: true, never: [] });
    expect(intent?.load.arrival).toBe("constant");
  });

  test("that does not say how long a recovery must hold gets the greatest of 3 s, 10 probe periods and 3 windows", () => {
    const without = changed(", hold: 3s", "");
    const hold = (text: string): number | undefined =>
      lintIntentText(text, file, context).intent?.expect.recovered?.holdMs;
    expect(hold(without)).toBe(3000);
    expect(
      hold(
        changed(
          "inference-whole: replicas.inference == 2",
          "recall: recall.vector > 0.9",
          changed("== baseline.replicas.inference", "== 2", without),
        ),
      ),
    ).toBe(10_000);
    expect(hold(changed("window: 500ms", "window: 1200ms", without))).toBe(3600);
  });

  test("may ask to be watched longer for a relapse, which counts into the longest time of its fault", () => {
    const stays = (text: string): Intent | undefined => lintIntentText(changed("hold: 3s", text), file, context).intent;
    const longest = (intent: Intent | undefined): number =>
      intent === undefined ? NaN : longestFaultMs({ ...intent, holdMs: 3000 });
    expect(stays("hold: 3s, stays: 10s")?.expect.recovered).toMatchObject({ holdMs: 3000, staysMs: 10_000 });
    expect(longest(stays("hold: 3s, stays: 10s")) - longest(stays("hold: 3s"))).toBe(2000);
    expect(longest(stays("hold: 3s, stays: 4s"))).toBe(longest(stays("hold: 3s")));
    expect(problems(changed("hold: 3s", "hold: 3s, stays: 20m")).join()).toMatch(
      /15s, with which a fault may be in place for/,
    );
  });

  test("may have a byte-order mark, CRLF, comments, anchors and flow style", () => {
    expect(problems(`\uFEFF${soundIntent.replaceAll("\n", "\r\n")}`)).toEqual([]);
    expect(problems(`# why\n---\n${soundIntent}`)).toEqual([]);
    expect(problems(changed("tags: [smoke, network]", "tags: &t [smoke]"))).toEqual([]);
  });

  test("is pointed into correctly behind a byte-order mark and CRLF", () => {
    const text = `\uFEFF${changed("users.error_share <= 0.1", "users.error_shar <= 0.1").replaceAll("\n", "\r\n")}`;
    expect(problems(text)).toEqual(['14:21 unknown probe "users.error_shar"']);
  });

  test("on a target without a healer need not name classes and pathways that it declares", () => {
    const text = changed("target: shop", "target: plain", changed("arms: [treatment, ablation]", "arms: [treatment]"));
    expect(problems(text)).toEqual([]);
  });
});

describe("all problems at once", () => {
  test("mistakes of text, shape and meaning are told together, in the order of the file", () => {
    const wrong = [
      ["version: 1", "version: 3"],
      ["target: shop", "target: shop\ntarget: shop"],
      ["rate: 20/s", "rate: fast"],
      ["users.error_share <= 0.1", "users.error_shar <= 0.1"],
      ["latency: 400ms }", "delay: 400ms }"],
      ["by: redistribute-traffic", "by: nonsense"],
    ] as const;
    let text = soundIntent;
    for (const [from, to] of wrong) text = changed(from, to, text);
    expect(problems(text)).toEqual([
      "1:10 3",
      "5:1 a key that is there already",
      '10:34 "fast"',
      '15:21 unknown probe "users.error_shar"',
      "21:5 no latency",
      "21:13 delay: unknown",
      '24:33 unknown pathway "nonsense"',
    ]);
  });
});

describe("the id is where the file lies", () => {
  test.each([
    ["experiments/network/slow.yaml", "network/slow"],
    ["/home/me/experiments/process/kill.yml", "process/kill"],
    ["C:\\x\\experiments\\process\\kill.yaml", "process/kill"],
    ["elsewhere/data/rot.yaml", "data/rot"],
  ])("%s is %s", (path, id) => {
    expect(intentId(path)).toBe(id);
    expect(problems(soundIntent, path)).toEqual([]);
  });

  test.each(["experiments/slow.yaml", "experiments/a/b/c.yaml", "experiments/Net work/slow.yaml"])(
    "%s is no place for an intent",
    (path) => {
      expect(problems(soundIntent, path)).toEqual([`1:1 the path "${intentId(path)}"`]);
    },
  );
});

describe("the arms that a treatment is compared with", () => {
  const armed = (arms: string, more = "", target = "shop"): string =>
    changed("target: shop", `target: ${target}`, changed("arms: [treatment, ablation]", `arms: [${arms}]${more}`));

  test("may all be asked for at once", () => {
    const { intent, problems: found } = lintIntentText(
      armed("treatment, ablation, loop-ablation, unhealed"),
      file,
      context,
    );
    expect(found).toEqual([]);
    expect(intent?.arms).toEqual(["treatment", "ablation", "loop-ablation", "unhealed"]);
    expect(intent?.ablate).toEqual(["redistribute-traffic"]);
  });

  test("an ablation takes away what the intent names, else the declared pathway, and nothing where there is no such arm", () => {
    const of = (text: string): readonly string[] | undefined => lintIntentText(text, file, context).intent?.ablate;
    expect(of(soundIntent)).toEqual(["redistribute-traffic"]);
    expect(of(armed("treatment, ablation", "\nablate: [redistribute-traffic, restart-replica]"))).toEqual([
      "redistribute-traffic",
      "restart-replica",
    ]);
    expect(of(armed("treatment, loop-ablation"))).toEqual([]);
    expect(of(soundControl)).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    [
      "that the target cannot do",
      armed("treatment, ablation, loop-ablation, unhealed", "", "plain"),
      ["8:19 the arm ablation", "8:29 the arm loop-ablation", "8:44 the arm unhealed"],
    ],
    [
      "without a treatment",
      armed("loop-ablation, unhealed"),
      [
        "8:8 the arm loop-ablation without treatment",
        "8:23 the arm unhealed without treatment",
        "22:3 detected without the arm treatment",
        "23:3 recovered without the arm treatment",
      ],
    ],
    [
      "without a recovery to compare with",
      changed(
        "  recovered: { within: 15s, by: redistribute-traffic, hold: 3s }\n",
        "",
        armed("treatment, loop-ablation, unhealed"),
      ),
      [
        "8:19 the arm loop-ablation without expect.recovered",
        "8:34 the arm unhealed without expect.recovered",
        '21:1 neither recovered nor "watch"',
      ],
    ],
    [
      "without a fault",
      changed(
        "  - fault: network.latency\n    on: { edge: { from: gateway, to: inference }, count: 1 }\n    with: { latency: 400ms }\n",
        "  - load: { times: 1.5 }\n",
        armed("treatment, loop-ablation, unhealed"),
      ),
      [
        "8:8 the arm treatment without a fault",
        "8:19 the arm loop-ablation without a fault",
        "8:34 the arm unhealed without a fault",
      ],
    ],
    [
      "with an unknown pathway to take away",
      armed("treatment, ablation", "\nablate: [redistribute-traffic, restart-replika]"),
      ['9:32 unknown pathway "restart-replika"'],
    ],
    [
      "with a pathway to take away twice",
      armed("treatment, ablation", "\nablate: [redistribute-traffic, redistribute-traffic]"),
      ['9:32 the pathway "redistribute-traffic" again'],
    ],
    [
      "with a pathway to take away, but nowhere to do so",
      armed("treatment, loop-ablation", "\nablate: [redistribute-traffic]"),
      ["9:1 ablate without the arm ablation"],
    ],
    [
      "with an ablation that leaves the declared pathway on",
      armed("treatment, ablation", "\nablate: [restart-replica]"),
      ['9:1 ablate without "redistribute-traffic", the pathway in expect.recovered.by'],
    ],
    ["with nothing to take away", armed("treatment, ablation", "\nablate: []"), ["9:9 an empty list"]],
    ["with a word to take away", armed("treatment, ablation", "\nablate: restart-replica"), ['9:9 "restart-replica"']],
  ])("names the place of %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
    expect(misplaced(text, lintIntentText(text, file, context).problems)).toEqual([]);
  });
});
