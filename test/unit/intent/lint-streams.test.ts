// Named streams in intents: every mistake at its place with the names that there are, and what is sound in the plan.

import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, misplaced, shop, soundIntent } from "../../builders/intent-fixtures.ts";

const [ask] = shop.streams;
const several: Target = {
  ...shop,
  streams: [
    { ...ask, name: "ask" },
    { ...ask, name: "chat" },
    { ...ask, name: "find" },
  ],
};
const file = "experiments/network/slow.yaml";

/** The sound intent with streams under its load, and other changes. */
function lint(streams: string, changes: Readonly<Record<string, string>> = {}, target = several) {
  let text = soundIntent.replace("baseline: 4s }", `baseline: 4s${streams === "" ? "" : `, streams: ${streams}`} }`);
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`no ${from}`);
    text = text.replace(from, to);
  }
  const known = { ...context, targets: new Map([...context.targets, ["shop", target]]) };
  const { intent, problems } = lintIntentText(text, file, known);
  expect(misplaced(text, problems)).toEqual([]);
  return { intent, told: problems.map((problem) => formatProblem(problem).replace(`${file}:`, "")) };
}

describe("streams that an intent sends", () => {
  test("take what they do not say from the load, and the plan names the first one for itself", () => {
    const { intent, told } = lint("{ chat: { rate: 12/s, slow_over: 1s }, find: {} }");
    expect(told).toEqual([]);
    expect(intent?.load).toEqual({
      arrival: "constant",
      ratePerSecond: 20,
      slowOverMs: 400,
      timeoutMs: 5000,
      warmupMs: 1500,
      baselineMs: 4000,
      stream: "ask",
      streams: {
        chat: { arrival: "constant", ratePerSecond: 12, slowOverMs: 1000, timeoutMs: 5000 },
        find: { arrival: "constant", ratePerSecond: 20, slowOverMs: 400, timeoutMs: 5000 },
      },
    });
  });

  test("are none where the target has one stream, as in all intents before", () => {
    expect(lint("", {}, shop).intent?.load).not.toHaveProperty("stream");
  });

  test("may be named in conditions, budget and changes of load; the first one goes without its name in the plan", () => {
    const { intent, told } = lint("{ chat: {} }", {
      "users.error_share <= 0.1":
        "users.ask.error_share <= 0.1 and users.chat.error_share <= baseline.users.chat.error_share + 0.1",
      "max_burn: 12": "max_burn: 12, stream: chat",
      "disturb:": "disturb:\n  - load: { times: 2, stream: ask }\n  - load: { times: 3, stream: chat }",
      "users.error_share > 0.9": "users.chat.error_share > 0.9",
    });
    expect(told).toEqual([]);
    expect(intent?.steady.conditions[0]).toMatchObject({
      view: "users",
      expression: "users.error_share <= 0.1 and users.chat.error_share <= baseline.users.chat.error_share + 0.1",
    });
    expect(intent?.expect.budget).toEqual({ slo: 0.95, maxBurn: 12, stream: "chat" });
    expect(intent?.disturbances.slice(0, 2).map(({ params }) => params)).toEqual([
      { times: 2 },
      { times: 3, stream: "chat" },
    ]);
  });
});

describe("a stream that is named wrongly", () => {
  test.each<[string, string, Readonly<Record<string, string>>, RegExp[]]>([
    ["under load", "{ chta: {} }", {}, [/^9:\d+: unknown stream "chta".* a stream of shop.*did you mean "chat"/]],
    ["as the first", "{ ask: {} }", {}, [/^9:\d+: "ask", the first stream of shop/]],
    [
      "in a condition",
      "{ chat: {} }",
      { "users.error_share <= 0.1": "users.chta.error_share <= 0.1" },
      [/^14:27: unknown stream "chta".*did you mean "chat"/],
    ],
    [
      "in a baseline",
      "{ chat: {} }",
      { "users.error_share <= 0.1": "users.error_share <= baseline.users.chta.error_share" },
      [/^14:57: unknown stream "chta"/],
    ],
    [
      "since it is not sent",
      "",
      { "users.error_share <= 0.1": "users.chat.error_share <= 0.1" },
      [/^14:27: the stream "chat", which this intent does not send.*streams: { chat: {} }/],
    ],
    [
      "in what is asked of it",
      "{ chat: {} }",
      { "users.error_share <= 0.1": "users.chat.eror_share <= 0.1" },
      [/^14:21: unknown probe "users.chat.eror_share".*did you mean "users.chat.error_share"/],
    ],
    ["in the budget", "", { "max_burn: 12": "max_burn: 12, stream: caht" }, [/^24:46: unknown stream "caht"/]],
    [
      "in a change of load",
      "",
      { "disturb:": "disturb:\n  - fault: load.change\n    with: { times: 2, stream: chatt }" },
      [/^19:\d+: unknown stream "chatt"/],
    ],
    [
      "in a short change of load",
      "",
      { "disturb:": "disturb:\n  - load: { times: 2, stream: chat }" },
      [/^18:\d+: the stream "chat", which this intent does not send/],
    ],
    [
      "in when",
      "",
      { "latency: 400ms }": "latency: 400ms }\n    when: users.chta.count > 3" },
      [/^21:17: unknown stream "chta"/],
    ],
    [
      "in a load that cannot be read, which says nothing of what is sent",
      "{ chat: { slow_ovr: 1s } }",
      { "users.error_share <= 0.1": "users.chat.error_share <= 0.1", "max_burn: 12": "max_burn: 12, stream: chat" },
      [/^9:\d+: unknown key "slow_ovr"/],
    ],
    [
      "in the name under load, once",
      "{ chta: {} }",
      { "users.error_share <= 0.1": "users.chat.error_share <= 0.1" },
      [/^9:\d+: unknown stream "chta".*did you mean "chat"/],
    ],
  ])("names the place of what is wrong: %s", (_where, streams, changes, expected) => {
    const { told } = lint(streams, changes);
    expect(told, told.join("\n")).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern);
  });

  test("where the target has one stream only", () => {
    const { told } = lint("{ find: {} }", {}, shop);
    expect(told).toEqual([expect.stringMatching(/^9:\d+: unknown stream "find"; expected a stream of shop/)]);
  });
});

describe("a stream that comes wrongly", () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp[]]>([
    ["{ chat: { rate: 490/s } }", {}, [/490\/s, which makes 510\/s of all streams.*at most 500\/s together/]],
    ["{ chat: { rate: 0/s } }", {}, [/0\/s.*more than 0\/s/]],
    ["{ chat: { slow_over: 6s } }", {}, [/6s.*less than timeout \(5s\)/]],
    ["{ chat: { timeout: 300ms } }", {}, [/300ms.*more than slow_over \(400ms\)/]],
    ["{ chat: { timeout: 3m } }", {}, [/3m.*10ms to 2m/]],
    ["{ chat: { rate: 4/s } }", {}, []],
    [
      "{ chat: { rate: 4/s } }",
      { "users.error_share > 0.9": "users.chat.error_share > 0.9" },
      [/4\/s \(2 requests in a window of 500ms\).*at least 5 requests/],
    ],
    ["{ chat: { ratee: 4/s } }", {}, [/unknown key "ratee".*did you mean "rate"/]],
    [
      "{ chat: { rate: 300/s } }",
      { "disturb:": "disturb:\n  - load: { times: 5, stream: chat }" },
      [/300\/s times 5.*at most 1000\/s/],
    ],
    [
      "{ chat: {} }",
      { "disturb:": "disturb:\n  - load: { times: 2 }\n  - load: { times: 3, stream: ask }" },
      [/a second change of load.*at most one for each stream/],
    ],
  ])("may be written as %s %o", (streams, changes, expected) => {
    const { told } = lint(streams, changes);
    expect(told, told.join("\n")).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(told[index]).toMatch(pattern);
  });
});
