// What is refused of a script before anything is started, each with its place.

import { expect, test } from "vitest";
import { read, scriptOf, steady, told } from "./scripts.ts";

const run = "export default function () {}";

test("a script is read with the files that it imports, and its types are gone", () => {
  const text = `import { ask } from "./lib/ask.ts";\nimport type { Options } from "k6/options";\n${steady()}\nexport default function (): void { ask("x" as string); }`;
  const { modules, options } = scriptOf(text, { "/s/lib/ask.ts": "export const ask = (q: string): string => q;" });
  expect([...modules.keys()].toSorted()).toEqual(["/s/lib/ask.ts", "/s/main.ts"]);
  expect(modules.get("/s/main.ts")?.imports).toEqual(new Map([["./lib/ask.ts", "/s/lib/ask.ts"]]));
  expect(modules.get("/s/lib/ask.ts")?.code).not.toContain("string");
  expect(options.scenarios).toMatchObject([{ name: "s", exec: "default", ratePerSecond: 20, vus: 2, mostVus: 2 }]);
});

test.each<[string, string, readonly RegExp[]]>([
  ["a syntax error", `${steady()}\nexport default function ( {`, [/^main\.ts:2:\d+: .*expected/i]],
  ["an unknown import", `import x from "k6/x/sql";\n${steady()}\n${run}`, [/^main\.ts:1:15: the import "k6\/x\/sql"/]],
  ["a package", `import _ from "lodash";\n${steady()}\n${run}`, [/^main\.ts:1:15: the import "lodash"; expected k6/]],
  ["a file that is not there", `import "./a.ts";\n${steady()}\n${run}`, [/^main\.ts:1:8: a\.ts, which is not there/]],
  [
    "a name that k6/http has and we have not",
    `import http from "k6/http";\n${steady()}\nexport default () => http.asyncRequest("GET", "/");`,
    [/^main\.ts:3:\d+: http\.asyncRequest/],
  ],
  ["a misspelt name", `import { chek } from "k6";\n${steady()}\n${run}`, [/^main\.ts:1:10: "chek" of k6; .*check/]],
  [
    "what waits elsewhere",
    `${steady()}\nexport default async function () { await 1; }`,
    [/^main\.ts:2:16: an async function/, /^main\.ts:2:36: `await`/],
  ],
  [
    "an unknown variable",
    `${steady()}\nexport default function () { __ENV.MODEL; }`,
    [/^main\.ts:2:\d+: __ENV\.MODEL; expected one of TARGET/],
  ],
  ["no options", run, [/^main\.ts:1:1: a script without options/]],
  [
    "options that only a run would tell",
    `export const options = Object.freeze({});\n${run}`,
    [/^main\.ts:1:24: a call; expected values that are known/],
  ],
  ["no function", steady(), [/^main\.ts:1:42: options\.scenarios\.s without `exec`; expected `export default/]],
  [
    "an unknown executor",
    `export const options = { scenarios: { s: { executor: "externally-controlled" } } };\n${run}`,
    [/^main\.ts:1:54: "externally-controlled"; expected one of constant-arrival-rate/],
  ],
  [
    "an option that is none",
    `${steady(20, ", maxVu: 3")}\n${run}`,
    [/^main\.ts:1:\d+: options\.scenarios\.s\.maxVu; expected one of .*maxVUs/],
  ],
  [
    "a stage without a target",
    `${steady(20, ', stages: [{ duration: "1s" }, { duration: "1s", target: 5000 }]').replace("constant", "ramping").replace('rate: 20, duration: "1m", ', "")}\n${run}`,
    [/options\.scenarios\.s\.stages\[0\] without `target`/, /^main\.ts:1:\d+: 5000; expected at most 1000 iterations/],
  ],
  [
    "a duration that is none",
    `${steady().replace("1m", "1 minute")}\n${run}`,
    [/^main\.ts:1:\d+: "1 minute"; expected a duration/],
  ],
  [
    "a function that is not exported",
    `${steady(20, ', exec: "ask"')}\n${run}`,
    [/^main\.ts:1:\d+: "ask"; expected the name of a function/],
  ],
])("%s is refused at its place", (_what, text, patterns) => {
  const problems = told(text);
  expect(problems).toHaveLength(patterns.length);
  for (const [index, pattern] of patterns.entries()) expect(problems[index]).toMatch(pattern);
});

test("everything that is wrong is told at once", () => {
  const text = `import x from "k6/ws";\nexport const options = { scenarios: { s: { executor: "constant-arrival-rate", rate: 0, duration: "x", preAllocatedVUs: -1 } }, rps: 1 };\nexport default async () => {};`;
  expect(told(text)).toHaveLength(6);
});

test("types of a call are refused where the file is JavaScript without them, and only there", () => {
  const http = `import http from "k6/http";`;
  const ask = `export default function () { http.get<"text">(__ENV.TARGET); }`;
  expect(told(`${http}\n${steady()}\n${ask}`)).toEqual([
    expect.stringMatching(/^main\.ts:3:38: types of a call .*two comparisons/),
  ]);
  expect(told(`${http}\n${steady()}\n${ask.replace("()", "(): void")}`)).toEqual([]);
});

test("options may be made of constants and of variables that target.yaml gives", () => {
  const text = `const each = { executor: "constant-arrival-rate", duration: "1m", preAllocatedVUs: 2 };
export const options = { scenarios: { s: { ...each, rate: Number(__ENV.RATE) * 2, tags: { of: \`n\${1 + 1}\` } } } };
export { run as default };
function run() {}`;
  const { options } = scriptOf(text, {}, { RATE: "7" });
  expect(options.scenarios).toMatchObject([{ ratePerSecond: 14, exec: "default" }]);
  expect(read(text).problems).toHaveLength(2);
});

test.each(["constructor", "__proto__", "toString"])("%s is no name that we know", (word) => {
  expect(told(`import x from "${word}";\n${steady().replace("constant-arrival-rate", word)}\n${run}`)).toEqual([
    expect.stringContaining(`main.ts:1:15: the import "${word}"`),
    expect.stringMatching(/^main\.ts:2:\d+: ".*"; expected one of constant-arrival-rate/),
  ]);
  const tagged = steady().replace("duration", `tags: { of: __ENV["${word}"] ?? "none" }, duration`);
  expect(told(`${tagged}\n${run}`)).toEqual([
    expect.stringMatching(/^main\.ts:1:\d+: __ENV\..*; expected one of TARGET/),
  ]);
});
