// Cookies of users of a script: what they carry, and when it is forgotten.

import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { requestsOf } from "./runs.ts";
import { steady, told } from "./scripts.ts";

/** Sets cookies, and keeps path and cookies of each request. */
function noting(...cookies: readonly string[]): { readonly asked: string[]; readonly answer: RequestListener } {
  const asked: string[] = [];
  return {
    asked,
    answer(request, response) {
      asked.push(`${request.url} ${request.headers.cookie ?? "-"}`);
      response.setHeader("Set-Cookie", [...cookies]).end("hello");
    },
  };
}

const twice = "export default function () { http.get(`${__ENV.TARGET}/a/one`); http.get(`${__ENV.TARGET}/a/two`); }";

test("a user carries what answers set, within one iteration", async () => {
  const { asked, answer } = noting(
    "id=1; HttpOnly",
    "far=2; Path=/b",
    "secure=3; Secure",
    "old=4; Max-Age=0",
    "no=5; Domain=example.org",
  );
  await requestsOf(twice, answer, { count: 4, options: steady(20, "", 1) });
  expect(asked.slice(0, 4)).toEqual(["/a/one -", "/a/two id=1", "/a/one -", "/a/two id=1"]);
});

test("with noCookiesReset it keeps them", async () => {
  const { asked, answer } = noting("id=1");
  const options = steady(20, "", 1).replace("scenarios", "noCookiesReset: true, scenarios");
  await requestsOf(twice, answer, { count: 4, options });
  expect(asked.slice(0, 4)).toEqual(["/a/one -", "/a/two id=1", "/a/one id=1", "/a/two id=1"]);
  const wrong = options.replace("Reset: true", 'Reset: "yes"');
  expect(told(`${wrong}\nexport default function () {}`)).toEqual([
    expect.stringMatching(/^main\.ts:1:\d+: "yes"; expected true or false/),
  ]);
});

test("a request's own cookies come first, and replace those of the jar where they say so", async () => {
  const { asked, answer } = noting("id=1", "kept=2");
  const body = `export default function () {
  http.get(__ENV.TARGET);
  http.get(__ENV.TARGET, { cookies: { id: "own", more: { value: "3" } } });
  http.get(__ENV.TARGET, { cookies: { id: { value: "own", replace: true } }, headers: { cookie: "first=0" } });
}`;
  await requestsOf(body, answer, { count: 3, options: steady(1, "", 1) });
  expect(asked.slice(0, 3)).toEqual(["/ -", "/ id=own; more=3; id=1; kept=2", "/ first=0; id=own; kept=2"]);
});

test("a script reads and writes the jar, has jars of its own, and sees an answer's cookies", async () => {
  const { asked, answer } = noting("__proto__=x; Path=/; Max-Age=60", "id=1; Expires=Wed, 21 Oct 2076 07:28:00 GMT");
  const body = `export default function () {
  const jar = http.cookieJar();
  jar.set(__ENV.TARGET, "mine", "2", { path: "/", max_age: 60 });
  const first = http.get(__ENV.TARGET);
  const seen = [first.cookies.id[0].expires, first.cookies["__proto__"][0].maxAge, first.request.cookies.mine[0].value];
  const other = new http.CookieJar();
  http.get(\`\${__ENV.TARGET}/\${seen.join("-")}\`, { jar: other });
  http.get(\`\${__ENV.TARGET}/\${Object.keys(jar.cookiesForURL(__ENV.TARGET)).join("-")}\`, { jar: other });
  jar.delete(__ENV.TARGET, "mine");
  http.get(__ENV.TARGET);
  jar.clear(__ENV.TARGET);
  http.get(__ENV.TARGET);
}`;
  await requestsOf(body, answer, { count: 5, options: steady(1, "", 1) });
  expect(asked.slice(0, 5)).toEqual([
    "/ mine=2",
    "/3370490880000-60-2 -",
    "/mine-__proto__-id __proto__=x; id=1",
    "/ __proto__=x; id=1",
    "/ -",
  ]);
});

test("a cookie for no URL, or until no date, makes the iteration fail", async () => {
  const { answer } = noting();
  for (const [call, words] of [
    ['http.cookieJar().set("nowhere", "a", "b")', /"nowhere" is no URL that a cookie could be for/],
    ['http.cookieJar().set(__ENV.TARGET, "a", "b", { expires: "soon" })', /expires: "soon" is no date/],
  ] as const) {
    const { requests } = await requestsOf(`export default function () { ${call}; }`, answer, { count: 1 });
    expect(requests[0]?.error).toMatch(words);
  }
});
