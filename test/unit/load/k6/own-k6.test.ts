// A script on the user's own k6, which a small executable of the tests stands in for: what its samples, its summaries
// and its end become. Its formats were written after k6's source.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SenderEvent } from "../../../../src/core/load-source.ts";
import { OwnK6 } from "../../../../src/load/k6/own/own-k6.ts";
import type { StreamLoad } from "../../../../src/records/conditions.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";
import { isTrouble } from "./runs.ts";
import { scriptOf, steady } from "./scripts.ts";

const k6 = join(import.meta.dirname, "../../../support/fake-k6.mjs");
const spec: StreamLoad = { arrival: "constant", ratePerSecond: 5, slowOverMs: 10_000, timeoutMs: 20_000 };
const clock = { now: () => performance.now() };
const hello: RequestListener = (_request, response) => void response.end("hello");
const isRequest = (event: SenderEvent): boolean => event.kind === "request";
const thresholds = steady(5, "", 2).replace(
  "scenarios",
  'thresholds: { http_reqs: ["count>0"], "checks{check:none}": ["rate>0.5"] }, scenarios',
);

interface Asked {
  readonly answer?: RequestListener;
  readonly options?: string;
  readonly more?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** So many of what is awaited. */
  readonly count?: number;
  readonly isIt?: (event: SenderEvent) => boolean;
}

/** Runs it until so many requests are over, or something else is told. */
async function ranBy({
  answer = hello,
  options = steady(5, "", 2),
  more = "",
  env = {},
  count = 4,
  isIt = isRequest,
}: Asked) {
  const dir = await mkdtemp(join(tmpdir(), "rebound-k6-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  const { url } = await serveForTest(answer);
  const events: SenderEvent[] = [];
  let seen: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (seen = resolve));
  const body = `${options}\nexport default function (): void { http.get(__ENV.TARGET); }\n${more}`;
  const own = new OwnK6({
    k6,
    script: "/s/main.ts",
    name: "scripted",
    env: { TARGET: url, FAKE_RATE: "5", ...env },
    keptDir: join(dir, "kept"),
    workDir: join(dir, "work"),
    spec,
    seed: 1,
    clock,
    read: scriptOf(`import http from "k6/http";\n${body}`, {}, env),
    emit(event) {
      events.push(event);
      if (events.filter(isIt).length >= count) seen();
    },
  });
  onTestFinished(async () => own.end());
  await own.prepare();
  const began = clock.now();
  own.begin(began);
  await enough;
  await own.stop(1_000);
  return { events, began, dir, troubles: events.filter(isTrouble), url };
}

test("its requests become events on our clock, with the checks that follow them", async () => {
  const { events, began, troubles } = await ranBy({});
  expect(troubles).toEqual([]);
  const requests = events.flatMap((event) => (event.kind === "request" ? [event] : []));
  for (const { intended, sent, done, at, ...request } of requests) {
    expect(request).toMatchObject({ stream: "scripted", outcome: "answered", right: true, firstToken: null });
    expect(intended).toBeGreaterThan(began);
    expect((sent ?? 0) - intended).toBeCloseTo(0.25, 2);
    expect(at).toBe(done);
    expect(done).toBeLessThanOrEqual(clock.now() + 2);
  }
  expect(requests.map(({ id }) => id)).toEqual(requests.map((_, index) => index + 1));
});

test("bad statuses and refused connections are errors by our own words", async () => {
  const bad = await ranBy({ answer: (_request, response) => void response.writeHead(503).end(), count: 1 });
  expect(bad.events.find(isRequest)).toMatchObject({ outcome: "error", error: "status 503", done: null, right: null });
  const refused = await ranBy({ answer: (request) => void request.socket.destroy(), count: 1 });
  expect(refused.events.find(isRequest)).toMatchObject({ outcome: "error", error: "connection refused" });
});

test("it is given JavaScript, no settings of ours, no secret among its arguments, and none of its own doors", async () => {
  const { dir, troubles } = await ranBy({
    env: { TOKEN: "s3cr3t-of-ours" },
    more: 'export function handleSummary(data: any) { return { "sum.json": JSON.stringify(data.metrics), stdout: __ENV.TOKEN }; }',
  });
  expect(troubles).toEqual([]);
  const started = JSON.parse(await readFile(join(dir, "work/started.json"), "utf8")) as {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly entry: string;
  };
  expect(started.args).toEqual(
    expect.arrayContaining(["run", "--no-usage-report", "--address=", "--max-redirects=0"].slice(1)),
  );
  expect(JSON.stringify(started.args)).not.toContain("s3cr3t");
  expect(started.env).toMatchObject({
    K6_AUTO_EXTENSION_RESOLUTION: "false",
    K6_NO_USAGE_REPORT: "true",
    HOME: join(dir, "work"),
    TOKEN: "s3cr3t-of-ours",
  });
  expect(await readFile(join(dir, "work/files/main.ts"), "utf8")).not.toContain("void");
  // The script's own is called by our runtime, with what k6 sums up.
  expect(started.entry).not.toContain("script.handleSummary");
  expect(JSON.parse(await readFile(join(dir, "kept/sum.json"), "utf8"))).toMatchObject({
    http_reqs: { type: "counter" },
  });
  expect(await readFile(join(dir, "kept/stdout.txt"), "utf8")).toBe("[secret]");
});

const kept = '{"http_reqs":{"count>0":false},"checks{check:none}":{"rate>0.5":false}}';

test("thresholds are as k6 says, but for those without samples, which it calls kept", async () => {
  const outcomesOf = async (env: Readonly<Record<string, string>>) => {
    const { events, troubles } = await ranBy({ options: thresholds, env });
    const outcomes = events.flatMap((one) => (one.kind === "threshold" ? [`${one.metric} ${one.outcome}`] : []));
    return { outcomes, troubles: troubles.map((one) => one.kind === "trouble" && one.reason) };
  };
  const open = "checks{check:none} inconclusive";
  expect(await outcomesOf({ FAKE_CROSSED: kept })).toEqual({ outcomes: ["http_reqs pass", open], troubles: [] });
  const crossed = kept.replace("false", "true");
  expect(await outcomesOf({ FAKE_CROSSED: crossed, FAKE: "99" })).toEqual({
    outcomes: ["http_reqs fail", open],
    troubles: [],
  });
  // It says them twice, once the other way round; and by its exit code.
  expect(await outcomesOf({ FAKE_CROSSED: crossed, FAKE: "contradicts" })).toMatchObject({
    outcomes: ["http_reqs inconclusive", open],
  });
  expect(await outcomesOf({ FAKE_CROSSED: kept, FAKE: "99" })).toMatchObject({
    troubles: [expect.stringMatching(/exit code and its summary/)],
  });
  expect(await outcomesOf({ FAKE_CROSSED: crossed, FAKE: "0" })).toMatchObject({
    troubles: [expect.stringMatching(/exit code and its summary/)],
  });
  expect(await outcomesOf({ FAKE: "no summary" })).toMatchObject({
    outcomes: [],
    troubles: [expect.stringMatching(/no summary that can be read/)],
  });
});

test.each<[string, string, RegExp]>([
  ["drops iterations", "dropped", /^k6 dropped iterations of s: no user was free/],
  ["throws in an iteration", "throws", /^the script threw: TypeError: no \[secret\]\n\tat ask/],
  ["writes what is no sample", "garbage", /^k6 writes what is not known of it: /],
  ["asks elsewhere", "elsewhere", /^the script asks for http:\/\/127\.0\.0\.1:1\/, and may reach its target alone/],
  [
    "waits longer than the stream's limit",
    "slow",
    /^k6 waited 60000 ms for an answer: give its requests a `timeout` of 20000 ms/,
  ],
  [
    "throws at its top",
    "init",
    /^k6 ended with 107: the script threw outside of an iteration; it said: ReferenceError: nothing/,
  ],
  [
    "knows no such option",
    "config",
    /^k6 ended with 104: its options or thresholds are none that it knows; it said: there/,
  ],
  ["breaks", "panic", /^k6 ended with 109: it broke \(Go panic\)$/],
  ["is killed", "killed", /^k6 was killed \(SIGKILL\)$/],
  ["ends by itself", "early", /^k6 ended before the trial did$/],
])("a k6 that %s is trouble that ends the trial", async (_what, how, reason) => {
  const { troubles } = await ranBy({ env: { FAKE: how, TOKEN: "s3cr3t-of-ours" }, count: 1, isIt: isTrouble });
  expect(troubles).toEqual([expect.objectContaining({ fatal: true, reason: expect.stringMatching(reason) as string })]);
});

test("a k6 that begins iterations later than its rate has it says so at its end", async () => {
  const { troubles } = await ranBy({ env: { FAKE: "late" }, count: 12 });
  expect(troubles).toEqual([
    expect.objectContaining({
      where: "script",
      reason: expect.stringMatching(/^k6 began iterations of s up to \d+ ms late/) as string,
    }),
  ]);
});

test("what a script prints is no error", async () => {
  const { troubles } = await ranBy({ env: { FAKE: "prints" }, count: 6 });
  expect(troubles).toEqual([]);
});

test.each<[string, RegExp]>([
  ["old", /is k6 0\.45\.0; what is known are k6 0\.57 to 2\.3$/],
  ["other", /is no k6: `version` prints "hello/],
  ["no version", /does not say its version/],
])("an executable of no version that is known is refused before anything begins: %s", async (how, words) => {
  await expect(ranBy({ env: { FAKE: how } })).rejects.toThrow(words);
});
