// Scripts that run in this process, against servers of the test.

import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import { makeSchedule } from "../../../../src/load/schedule.ts";
import { isTrouble, isUnsent, requestsOf } from "./runs.ts";
import { steady } from "./scripts.ts";

const hello: RequestListener = (_request, response) => void response.end("hello");
const ask = "const answer = http.get(`${__ENV.TARGET}/x`);";

test("a request is measured from when its iteration was due, and is right when its checks pass", async () => {
  const body = `export default function () { ${ask} check(answer, { hello: ({ body }) => body === "hello" }); }`;
  const { requests, begin } = await requestsOf(body, hello);
  for (const request of requests) {
    expect(request).toMatchObject({ stream: "scripted", outcome: "answered", right: true });
    expect(request.sent).toBeGreaterThanOrEqual(request.intended);
    // Due at a fraction of a gap after the begin, and then every 50 ms.
    const gaps = (request.intended - (requests[0]?.intended ?? 0)) / 50;
    expect(gaps).toBeCloseTo(Math.round(gaps), 3);
  }
  expect(new Set(requests.map(({ id }) => id)).size).toBe(requests.length);
  expect(requests[0]?.intended).toBeGreaterThanOrEqual(begin);
});

test("a check that fails makes an answer wrong, and none leaves it open", async () => {
  const body = `export default function () { const r = http.post(__ENV.TARGET, "q"); if (__VU > 0) check(r, { ok: (a) => a.status === 200, no: false }); }`;
  const wrong = await requestsOf(body, hello, { count: 1 });
  expect(wrong.requests[0]).toMatchObject({ outcome: "answered", right: false });
  const open = await requestsOf(`export default function () { ${ask} }`, hello, { count: 1 });
  expect(open.requests[0]).toMatchObject({ outcome: "answered", right: null });
});

test("bad statuses and lost connections are errors by their own words", async () => {
  const bad = await requestsOf(
    `export default function () { ${ask} }`,
    (_q, response) => void response.writeHead(503).end(),
    { count: 1 },
  );
  expect(bad.requests[0]).toMatchObject({ outcome: "error", error: "status 503", done: null });
  const lost = await requestsOf(`export default function () { ${ask} }`, (request) => void request.socket.destroy(), {
    count: 1,
  });
  expect(lost.requests[0]).toMatchObject({ outcome: "error", error: "connection lost" });
});

test("an iteration that throws is an error with its place, with a request and without one", async () => {
  const after = await requestsOf(`export default function () { ${ask} answer.json(); }`, hello, { count: 1 });
  expect(after.requests[0]).toMatchObject({ outcome: "error" });
  expect(after.requests[0]?.error).toMatch(/^script threw: main\.ts:4:\d+: SyntaxError/);
  const before = await requestsOf("export default function () {\n  null.x;\n}", hello, { count: 2 });
  expect(before.requests[1]).toMatchObject({ outcome: "error", right: null });
  expect(before.requests[1]?.error).toMatch(/^script threw: main\.ts:5:\d+: TypeError/);
});

test("an iteration for which no user is free is not sent, and counts as unsent", async () => {
  let answered = 0;
  const slow: RequestListener = (_request, response) => {
    answered += 1;
    response.writeHead(200).flushHeaders();
  };
  const options = steady(100);
  const { requests } = await requestsOf(`export default function () { ${ask} }`, slow, {
    count: 5,
    options,
    isIt: isUnsent,
  });
  expect(requests[0]).toMatchObject({ sent: null, done: null });
  expect(answered).toBeLessThanOrEqual(2);
});

test("a script that asks elsewhere, computes without end or eats memory is trouble that ends the trial", async () => {
  const bodies = [
    ['http.get("http://127.0.0.1:1/")', /asks for http:\/\/127\.0\.0\.1:1\/, and may reach http:.* alone/],
    [
      "const p = { redirects: 0 }; http.get(__ENV.TARGET, p)",
      /params\.redirects of a request is outside of the part of k6/,
    ],
    ["for (;;) {}", /computed for 300 ms without waiting/],
    ["const all = []; for (;;) all.push(new Uint8Array(1e6));", /needs more than 16 MiB/],
  ] as const;
  for (const [body, reason] of bodies) {
    const { events } = await requestsOf(`export default function () { ${body} }`, hello, {
      count: 1,
      options: steady(),
      isIt: isTrouble,
    });
    expect(events.find(isTrouble)).toMatchObject({
      kind: "trouble",
      where: "load",
      fatal: true,
      reason: expect.stringMatching(reason) as string,
    });
  }
});

test("a script may wait, and its next request counts from when it asks", async () => {
  const body = `export default function () {
    const first = group("first", () => http.put(__ENV.TARGET, { a: "b c" }));
    sleep(0.05);
    http.del(__ENV.TARGET, null, { headers: { "X-First": first.body } });
    if (first.status === 200) fail("enough");
  }`;
  const seen: string[] = [];
  const { requests } = await requestsOf(
    body,
    (request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        seen.push([request.method, request.headers["content-type"], request.headers["x-first"], text].join(" "));
        response.end("hello");
      });
    },
    { count: 2, options: steady(1, "", 1) },
  );
  expect(seen.slice(0, 2)).toEqual(["PUT application/x-www-form-urlencoded  a=b%20c", "DELETE  hello "]);
  const [first, second] = requests;
  expect((second?.intended ?? 0) - (first?.done ?? 0)).toBeGreaterThanOrEqual(49);
  expect(second).toMatchObject({ outcome: "error", error: expect.stringMatching(/^script threw: .*enough/) as string });
});

test("a request after a sleep is due when the sleep is over, also the first of an iteration", async () => {
  const body = `export default function () { sleep(0.1); sleep(0.2); ${ask} sleep(0.2); ${ask.replace("const", "var").replace("answer", "next")} }`;
  const { requests, begin } = await requestsOf(body, hello, { count: 2, options: steady(2, "", 1) });
  const due = makeSchedule({ arrival: "constant", ratePerSecond: 2 }, begin, 1, "scripted/s").peek();
  const [first, second] = requests;
  expect(first?.intended).toBeCloseTo(due + 300, 3);
  expect(first?.sent).toBeGreaterThanOrEqual(due + 300);
  // From the end of the answer, or a little later: the script went on by itself in between.
  expect(second?.intended).toBeGreaterThanOrEqual((first?.done ?? Infinity) + 200);
  expect(second?.sent).toBeGreaterThanOrEqual(second?.intended ?? Infinity);
});
