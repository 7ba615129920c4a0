// What k6 has and our own runtime has not: refused at its place, never left out without a word.

import { expect, test } from "vitest";
import { isTrouble, requestsOf } from "./runs.ts";
import { scriptOf, steady, told } from "./scripts.ts";

const run = "export default function () {}";

test.each<[string, string, RegExp]>([
  ["a setup that is no function", `${run}\nexport const setup = 1;`, /^main\.ts:3:1: the export setup, which is none/],
  [
    "a setup of another file",
    `${run}\nexport { setup } from "./lib.ts";`,
    /^main\.ts:3:1: the export setup, which is n/,
  ],
  [
    "a teardown that is a generator",
    `${run}\nexport function* teardown() {}`,
    /^main\.ts:3:1: the export teardown, which/,
  ],
  ["a summary that is no function", `${run}\nexport const handleSummary = {};`, /^main\.ts:3:1: the export handleS/],
  ["what another file exports", `${run}\nexport * from "./lib.ts";`, /^main\.ts:3:1: `export \*`/],
  [
    "a default function of another file",
    'export { ask as default } from "./lib.ts";',
    /^main\.ts:1:\d+: .* without `exec`/,
  ],
  ["a generator", "export default function* () {}", /^main\.ts:1:\d+: options\.scenarios\.s without `exec`/],
  ["a promise", "export default function () { return new Promise(() => {}); }", /^main\.ts:2:41: `Promise`; expected/],
  ["a timer", "export default function () { setTimeout(() => {}, 1); }", /^main\.ts:2:30: `setTimeout`/],
  ["a file", 'const text = open("./a.json");\nexport default function () { text; }', /^main\.ts:2:14: `open`/],
  ["require", 'const a = require("k6");\nexport default () => a;', /^main\.ts:2:11: `require`/],
  ["code as text", 'export default () => eval("1");', /^main\.ts:2:22: `eval`/],
  ["a misspelt name of ours", "export default () => __ENVS.TARGET;", /^main\.ts:2:22: `__ENVS`; .*__ENV/],
  [
    "a name that only types have",
    "declare const fetch: (u: string) => void;\nexport default () => fetch(__ENV.TARGET);",
    /`fetch`/,
  ],
  ["a name in a default value", "export default ({ a = performance } = {}) => a;", /^main\.ts:2:23: `performance`/],
  ["import.meta", "export default () => import.meta;", /`import\.meta`/],
  [
    "a part of a module",
    'import http from "k6/http";\nconst { batch } = http;\nexport default () => batch;',
    /^main\.ts:3:9: http\.batch/,
  ],
  [
    "a name of k6 as a whole",
    'import * as k6 from "k6";\nexport default () => k6.randomSeed(1);',
    /^main\.ts:3:25: k6\.randomSeed/,
  ],
  [
    "a variable taken out of __ENV",
    "const { MODEL } = __ENV;\nexport default () => MODEL;",
    /^main\.ts:2:9: __ENV\.MODEL/,
  ],
  [
    "a param",
    'import http from "k6/http";\nexport default () => http.post(__ENV.TARGET, null, { redirects: 0 });',
    /^main\.ts:3:54: `redirects` of a request; expected cookies, headers, jar, tags, timeout /,
  ],
])("%s is refused at its place", (_what, text, pattern) => {
  expect(told(`${steady()}\n${text}`, { "/s/lib.ts": "export function ask() {}" })).toEqual([
    expect.stringMatching(pattern),
  ]);
});

test.each(["constant-vus", "ramping-vus", "shared-iterations", "per-vu-iterations"])(
  "an executor of a closed loop is refused with the reason: %s",
  (executor) => {
    expect(told(`${steady().replace("constant-arrival-rate", executor)}\n${run}`)).toEqual([
      expect.stringMatching(new RegExp(`^main\\.ts:1:54: "${executor}"; .*users of ${executor} wait for slow answers`)),
    ]);
  },
);

test("a shared array is a list that nobody changes", async () => {
  const body = `import { SharedArray } from "k6/data";
const asked = new SharedArray("asked", () => [{ q: "one" }, { q: "two" }]);
export default function () {
  http.get(\`\${__ENV.TARGET}/\${asked.map(({ q }) => q).join("-")}/\${asked.length}\`);
  asked[0].q = "three";
}`;
  const paths: (string | undefined)[] = [];
  const { requests } = await requestsOf(
    body,
    (request, response) => {
      paths.push(request.url);
      response.end();
    },
    { count: 1 },
  );
  expect(paths[0]).toBe("/one-two/2");
  expect(requests[0]?.error).toMatch(/^script threw: main\.ts:8:\d+: TypeError/);
});

test.each(["gracefulStop", "exec2"])("an option of a scenario that changes nothing is refused: %s", (option) => {
  expect(told(`${steady(20, `, ${option}: "5s"`)}\n${run}`)).toEqual([
    expect.stringMatching(new RegExp(String.raw`^main\.ts:1:\d+: options\.scenarios\.s\.${option}; expected one of`)),
  ]);
});

test("limits of setup and teardown are for scripts that have them, and no longer than ten minutes", () => {
  const limited = steady().replace("scenarios", 'setupTimeout: "11m", teardownTimeout: "5s", scenarios');
  expect(told(`${limited}\n${run}\nexport function setup() {}`)).toEqual([
    expect.stringMatching(/^main\.ts:1:\d+: "11m"; expected 10m at most/),
    expect.stringMatching(/^main\.ts:1:\d+: "5s"; expected `export function teardown`/),
  ]);
  const right = limited.replace("11m", "90s");
  const { options } = scriptOf(`${right}\n${run}\nexport const setup = () => 1;\nexport function teardown() {}`);
  expect(options.once).toEqual({ setup: 90_000, teardown: 5_000 });
});

test.each(["gracefulStop", "rps", "vus"])("an option that nobody reads is refused: %s", (option) => {
  expect(told(`${steady().replace("scenarios", `${option}: "5s", scenarios`)}\n${run}`)).toEqual([
    expect.stringMatching(new RegExp(String.raw`^main\.ts:1:\d+: options\.${option}; expected one of`)),
  ]);
});

test("names of the file itself, of JavaScript, of types and of scenarios are known", () => {
  const text = `import http, { type Response as Answer } from "k6/http";
enum Kind { A = 1, B = A }
namespace Own { export const one = 1; }
type Later = Promise<Answer>;
class Ask<T> { constructor(private readonly setTimeout: T) {} open(): T { return this.setTimeout; } }
const { a: first, ...rest } = { a: Kind.B, fetch: 1 };
export default function (this: unknown): void {
  outer: for (const [key, { value = first }] of Object.entries({ x: { value: 1 } })) { if (key) continue outer; value; }
  try { new Ask<number>(1).open() satisfies number; } catch (error) { console.log(error, rest, arguments, Own.one); }
  const later = undefined as unknown as Later;
  http.get(__ENV.TARGET, { headers: { of: __ENV.PART, n: String(__VU + __ITER), later } });
}`;
  expect(told(`${steady(20, ', env: { PART: "one" }')}\n${text}`)).toEqual([]);
  expect(scriptOf(`${steady()}\n${run}`).options.scenarios).toHaveLength(1);
});

const hello = (_request: unknown, response: { end(text: string): void }): void => response.end('{"a":[1]}');

test.each<[string, string, RegExp]>([
  [
    "a param that is worked out",
    "const p = { redirects: 0 }; http.get(__ENV.TARGET, p);",
    /^main\.ts:5:\d+: params\.redirects of a req/,
  ],
  ["a binary body", "http.post(__ENV.TARGET, new ArrayBuffer(2));", /a body that is \[object ArrayBuffer\]/],
  ["an object in a form", "http.post(__ENV.TARGET, { a: { b: 1 } });", /an object inside of a form/],
  ["a jar that is none", "http.get(__ENV.TARGET, { jar: {} as never });", /params\.jar that is no CookieJar/],
  ["a part of the timings", "http.get(__ENV.TARGET).timings.connecting;", /timings\.connecting/],
  ["a sleep by a duration's name", 'sleep("1s" as unknown as number);', /sleep\("1s"\)/],
  ["a sleep of no number", "sleep(Number.NaN);", /sleep\(NaN\)/],
  ["a sleep of nothing", "sleep(undefined as unknown as number);", /sleep\(undefined\)/],
  ["a sleep without an end", "sleep(1 / 0);", /sleep\(Infinity\)/],
  ["a sleep back in time", "sleep(-1);", /sleep\(-1\)/],
  ["a selector of gjson", 'http.get(__ENV.TARGET).json("a.#");', /json\("a\.#"\)/],
])("%s ends the trial, and its place is told", async (_what, body, reason) => {
  const text = `export default function () {\n  ${body}\n}`;
  const { events } = await requestsOf(text, hello, { count: 1, options: steady(), isIt: isTrouble });
  const trouble = events.find(isTrouble);
  expect(trouble).toMatchObject({ fatal: true, reason: expect.stringMatching(reason) as string });
  expect(trouble).toMatchObject({ reason: expect.stringMatching(/^main\.ts:5:\d+: /) as string });
});

test("a user counts its iterations, and lists of a form are sent as pairs", async () => {
  const seen: string[] = [];
  const body =
    "export default function () { http.post(__ENV.TARGET, { n: __ITER, of: [1, 2] }, { headers: { n: __VU } }); }";
  await requestsOf(
    body,
    (request, response) => {
      let text = `${[request.headers["n"]].join("")} `;
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        seen.push(text);
        response.end();
      });
    },
    { count: 2, options: steady(20, "", 1) },
  );
  expect(seen.slice(0, 2)).toEqual(["1 n=0&of=1&of=2", "1 n=1&of=1&of=2"]);
});

test("a user sleeps by a number that an environment holds as a text, or not at all", async () => {
  const body = 'export default function () { sleep("0.01" as unknown as number); sleep(0); http.get(__ENV.TARGET); }';
  const { requests } = await requestsOf(body, hello, { count: 1 });
  expect(requests[0]).toMatchObject({ outcome: "answered" });
});

test("a time limit that is none makes the iteration fail", async () => {
  const body = 'export default function () { http.get(__ENV.TARGET, { timeout: "soon" }); }';
  const { requests } = await requestsOf(body, hello, { count: 1 });
  expect(requests[0]?.error).toMatch(/^script threw: main\.ts:4:\d+: Error: timeout: "soon" is no duration/);
});
