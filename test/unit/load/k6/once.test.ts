// What a script does once, before and after all iterations.

import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { isTrouble, requestsOf } from "./runs.ts";
import { steady } from "./scripts.ts";

/** Answers, and keeps what was asked. */
function noting(): { readonly asked: string[]; readonly answer: RequestListener } {
  const asked: string[] = [];
  return {
    asked,
    answer(request, response) {
      asked.push(`${request.method} ${request.url}`);
      response.end("hello");
    },
  };
}

test("setup is called once before all, its data are handed to each user and to teardown, and none of it is load", async () => {
  const { asked, answer } = noting();
  const body = `export function setup() { http.get(\`\${__ENV.TARGET}/first\`); const { body } = http.get(\`\${__ENV.TARGET}/setup/\${__VU}\`); return { body, of: [1], no: undefined }; }
export default function (data) { data.of.push(2); http.get(\`\${__ENV.TARGET}/use/\${data.body}/\${data.of.length}\`); }
export function teardown(data) { http.del(\`\${__ENV.TARGET}/teardown/\${JSON.stringify(data)}\`); }`;
  const { requests, begin } = await requestsOf(body, answer, { count: 3, options: steady(20, "", 1) });
  expect(asked.slice(0, 2)).toEqual(["GET /first", "GET /setup/0"]);
  // A user finds what it has changed itself, and nobody else does.
  expect(asked.slice(2, 5)).toEqual(["GET /use/hello/2", "GET /use/hello/3", "GET /use/hello/4"]);
  expect(asked.filter((one) => one.includes("setup"))).toHaveLength(1);
  expect(decodeURIComponent(asked.at(-1) ?? "")).toBe('DELETE /teardown/{"body":"hello","of":[1]}');
  expect(requests).toHaveLength(asked.length - 3);
  for (const { intended } of requests) expect(intended).toBeGreaterThanOrEqual(begin);
});

test("without data iterations have none, and without setup there is none", async () => {
  const { asked, answer } = noting();
  const use = "export default function (data) { http.get(`${__ENV.TARGET}/${typeof data}`); }";
  await requestsOf(`export function setup() {}\n${use}`, answer, { count: 1 });
  await requestsOf(use, answer, { count: 1 });
  expect(new Set(asked)).toEqual(new Set(["GET /undefined"]));
});

test.each<[string, string, string, RegExp]>([
  ["throws", "", "throw new Error('no');", /^the script's setup threw: main\.ts:5:\d+: Error: no/],
  ["hangs", 'setupTimeout: "50ms",', "sleep(1000);", /^the script's setup failed: it took longer than 50ms/],
  ["computes without end", "", "for (;;) {}", /^the script's setup failed: the script computed for 300 ms without w/],
  ["returns what is no data", "", "const a = {}; a.a = a; return a;", /^the script's setup threw: TypeError: circular/],
])("a setup that %s is why nothing begins", async (_what, limit, setup, reason) => {
  const { asked, answer } = noting();
  const body = `export default function () { http.get(__ENV.TARGET); }\nexport function setup() { ${setup} }
export function teardown() { http.get(__ENV.TARGET); }`;
  const options = steady().replace("scenarios", `${limit} scenarios`);
  await expect(requestsOf(body, answer, { options })).rejects.toThrow(reason);
  expect(asked).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ["throws", "null.x;", /^the script's teardown threw: main\.ts:5:\d+: TypeError/],
  ["hangs", "sleep(1000);", /^the script's teardown failed: it took longer than 50ms/],
])("a teardown that %s is trouble that leaves the trial open", async (_what, teardown, reason) => {
  const { answer } = noting();
  const body = `export default function () { http.get(__ENV.TARGET); }\nexport function teardown() { ${teardown} }`;
  const options = steady().replace("scenarios", 'teardownTimeout: "50ms", scenarios');
  const { events } = await requestsOf(body, answer, { count: 1, options });
  expect(events.find(isTrouble)).toMatchObject({ fatal: true, reason: expect.stringMatching(reason) as string });
});

test("after trouble that ended the load nothing is torn down", async () => {
  const { asked, answer } = noting();
  const body = `export default function () { http.get("http://127.0.0.1:1/"); }
export function teardown() { http.get(\`\${__ENV.TARGET}/teardown\`); }`;
  await requestsOf(body, answer, { count: 1, options: steady(), isIt: isTrouble });
  expect(asked).toEqual([]);
});
