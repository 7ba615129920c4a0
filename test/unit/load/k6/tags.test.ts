// Tags of samples, and thresholds of the samples that have them.

import { expect, test } from "vitest";
import { requestsOf } from "./runs.ts";
import { scriptOf, steady } from "./scripts.ts";

const withThresholds = (written: object, more = ""): string =>
  steady(20, more, 1).replace("scenarios", `tags: { suite: "all" }, thresholds: ${JSON.stringify(written)}, scenarios`);

/** Samples and outcome of each threshold, by its metric. */
async function outcomesOf(body: string, options: string, status = 200) {
  const { events } = await requestsOf(body, (_request, response) => void response.writeHead(status).end("hello"), {
    count: 2,
    options,
  });
  return Object.fromEntries(
    events.flatMap((one) =>
      one.kind === "threshold"
        ? [[one.metric, `${one.outcome} ${Math.min(one.samples, 2)} ${one.value ?? ""}`.trim()]]
        : [],
    ),
  );
}

test("thresholds of samples with tags see these alone", async () => {
  const one = ["count>0"];
  const of = (tags: string): string => `http_reqs{${tags}}`;
  const written = {
    [of("name:ask")]: one,
    [of("name:ask,status:200, suite : all ,part:first")]: one,
    [of("name:other")]: one,
    [of("group:::first::inner,scenario:s,method:GET")]: one,
    [of("group:::setup")]: ["count==1"],
    "asked{step:1,group:::first}": ["count>0"],
    "asked{step:2}": one,
    "checks{check:bad}": ["rate<0.1"],
    "checks{check:good,kind:'plain'}": ["rate>0.9"],
    "iterations{scenario:s}": one,
    "iterations{group:::first}": one,
    "dropped_iterations{scenario:s}": ["count>=0"],
  };
  const body = `import { Counter } from "k6/metrics";
const asked = new Counter("asked");
export function setup() { http.get(__ENV.TARGET); }
export default function () {
  group("first", () => { asked.add(1, { step: 1 }); group("inner", () => http.get(__ENV.TARGET, { tags: { name: "ask" } })); });
  check(http.get(__ENV.TARGET), { good: true, bad: false }, { kind: "plain" });
}`;
  expect(await outcomesOf(body, withThresholds(written, ', tags: { part: "first" }'))).toEqual({
    [of("name:ask")]: expect.stringMatching(/^pass/) as string,
    [of("name:ask,status:200, suite : all ,part:first")]: expect.stringMatching(/^pass/) as string,
    [of("name:other")]: "inconclusive 0",
    [of("group:::first::inner,scenario:s,method:GET")]: expect.stringMatching(/^pass/) as string,
    [of("group:::setup")]: "pass 1 1",
    "asked{step:1,group:::first}": expect.stringMatching(/^pass/) as string,
    "asked{step:2}": "inconclusive 0",
    "checks{check:bad}": expect.stringMatching(/^pass \d 0$/) as string,
    "checks{check:good,kind:'plain'}": expect.stringMatching(/^pass \d 1$/) as string,
    "iterations{scenario:s}": expect.stringMatching(/^pass/) as string,
    "iterations{group:::first}": "inconclusive 0",
    "dropped_iterations{scenario:s}": expect.stringMatching(/^pass/) as string,
  });
});

test("in a total outage a threshold of expected responses is open, where k6 says kept", async () => {
  const written = {
    "http_req_duration{expected_response:true}": ["p(95)<500"],
    "http_req_duration{expected_response:false,status:503,error_code:1503}": ["p(95)<500"],
  };
  expect(
    await outcomesOf("export default function () { http.get(__ENV.TARGET); }", withThresholds(written), 503),
  ).toEqual({
    "http_req_duration{expected_response:true}": "inconclusive 0",
    "http_req_duration{expected_response:false,status:503,error_code:1503}": "fail 2 20000",
  });
});

test("tags that are no texts, and a group that looks like a path, make an iteration fail", async () => {
  for (const [call, words] of [
    ["http.get(__ENV.TARGET, { tags: { of: {} } })", /TypeError: the tag of is no text, number or boolean/],
    ["check(1, { is: true }, { of: null as unknown as string })", /TypeError: the tag of is no text/],
    ['group("a::b", () => 1)', /the group "a::b": a name has no "::"/],
  ] as const) {
    const body = `export default function () { ${call}; }`;
    const { requests } = await requestsOf(body, (_request, response) => void response.end(), { count: 1 });
    expect(requests[0]?.error).toMatch(words);
  }
});

test("a metric's name with tags is read as k6 reads it", () => {
  const thresholds = { "checks{ \"a b\":'c:d' ,e:f}": ["rate>0"] };
  const text = `${withThresholds(thresholds)}\nexport default function () {}`;
  expect(scriptOf(text).options.thresholds).toMatchObject([{ base: "checks", tags: { "a b": "c:d", e: "f" } }]);
});
