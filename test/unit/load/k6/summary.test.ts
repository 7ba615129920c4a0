// What a script makes of its own figures: only texts, and only below the folder of the trial.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepOutputs } from "../../../../src/load/k6/engine/keep-outputs.ts";
import { isTrouble, requestsOf } from "./runs.ts";
import { steady, told } from "./scripts.ts";

const hello = (_request: unknown, response: { end(text: string): void }): void => response.end("hello");

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rebound-script-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a script to its end, and reads what it left. */
async function leftBy(summary: string, options = steady(20, "", 1), env = {}) {
  const keptDir = join(await temporaryFolder(), "scripts", "scripted");
  const body = `export default function () {
  group("outer", () => group("inner", () => check(http.get(__ENV.TARGET), { good: true, bad: false })));
}
export function handleSummary(data: any) { ${summary} }`;
  const { events } = await requestsOf(body, hello, { count: 2, options, keptDir, env });
  const names = await readdir(keptDir, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const texts = await Promise.all(
    files.map(async (file) => [file.slice(keptDir.length + 1), await readFile(file, "utf8")] as const),
  );
  return { files: Object.fromEntries(texts), trouble: events.find(isTrouble) };
}

/** Groups and checks of so many iterations. */
function treeOf(count: number): object {
  const id = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
  const path = "::outer::inner";
  const checks = [
    { name: "good", path: `${path}::good`, id, passes: count, fails: 0 },
    { name: "bad", path: `${path}::bad`, id, passes: 0, fails: count },
  ];
  const inner = { name: "inner", path, id, groups: [], checks };
  const outer = { name: "outer", path: "::outer", id, groups: [inner], checks: [] };
  return { name: "", path: "", id: "d41d8cd98f00b204e9800998ecf8427e", groups: [outer], checks: [] };
}

test("handleSummary is called with k6's shape of data, and its texts are kept", async () => {
  const options = steady(20, "", 1).replace(
    "scenarios",
    `thresholds: { http_reqs: ["count>0"], checks: ["rate>0.9"], "http_reqs{a:b}": ["count>=0"] }, summaryTrendStats: ["max", "p(99.9)", "count"], scenarios`,
  );
  const { files, trouble } = await leftBy(
    'return { stdout: "done", "a/data.json": JSON.stringify(data), "./more.txt": "" };',
    options,
  );
  expect(trouble).toBeUndefined();
  expect(Object.keys(files).toSorted()).toEqual(["a/data.json", "more.txt", "stdout.txt"]);
  expect(files["stdout.txt"]).toBe("done");
  const data = JSON.parse(files["a/data.json"] ?? "") as {
    readonly metrics: Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;
  };
  const count = data.metrics["iterations"]?.values["count"] ?? 0;
  expect(data).toEqual({
    root_group: treeOf(count),
    options: { summaryTrendStats: ["max", "p(99.9)", "count"], summaryTimeUnit: "", noColor: false },
    state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: expect.any(Number) },
    metrics: {
      http_reqs: {
        type: "counter",
        contains: "default",
        values: { count, rate: expect.any(Number) },
        thresholds: { "count>0": { ok: true } },
      },
      // Without samples nothing holds.
      "http_reqs{a:b}": {
        type: "counter",
        contains: "default",
        values: { count: 0, rate: 0 },
        thresholds: { "count>=0": { ok: false } },
      },
      http_req_duration: {
        type: "trend",
        contains: "time",
        values: { max: expect.any(Number), "p(99.9)": expect.any(Number), count },
      },
      http_req_failed: { type: "rate", contains: "default", values: { rate: 0, passes: 0, fails: count } },
      checks: {
        type: "rate",
        contains: "default",
        values: { rate: 0.5, passes: count, fails: count },
        thresholds: { "rate>0.9": { ok: false } },
      },
      iterations: { type: "counter", contains: "default", values: { count, rate: expect.any(Number) } },
      dropped_iterations: { type: "counter", contains: "default", values: expect.any(Object) },
    },
  });
});

test.each<[string, string, RegExp]>([
  ["throws", "null.x;", /^the script's handleSummary threw: main\.ts:7:\d+: TypeError/],
  [
    "writes above its folder",
    'return { "../a.txt": "x" };',
    /^the script's handleSummary failed: it would write "\.\.\/a\.txt"/,
  ],
  [
    "writes from the root",
    'return { "/tmp/a.txt": "x" };',
    /it would write "\/tmp\/a\.txt"; expected names of files below/,
  ],
  [
    "writes two files, one of them elsewhere",
    'return { "a.txt": "x", "b/../../c": "x" };',
    /it would write "b\/\.\.\/\.\.\/c"/,
  ],
  ["returns what is no text", 'return { "a.txt": 1 };', /it returned what is no text for "a\.txt"/],
  ["returns a text", 'return "all is well";', /it returned no object of texts/],
  ["returns too much", 'return { "a.txt": "x".repeat(5e6) };', /it returned 5000000 bytes; at most 4194304/],
  ["computes without end", "for (;;) {}", /^the script's handleSummary failed: the script computed for 300 ms/],
  ["waits without end", "sleep(1000);", /^the script's handleSummary failed: it took longer than 100ms/],
])("a handleSummary that %s leaves the trial open, and no file", async (_what, summary, reason) => {
  const options = steady(20, "", 1).replace("scenarios", 'handleSummaryTimeout: "100ms", scenarios');
  const { files, trouble } = await leftBy(summary, options);
  expect(trouble).toMatchObject({ where: "script", fatal: true, reason: expect.stringMatching(reason) as string });
  expect(files).toEqual({});
});

test("what a script was given as a secret is in none of its files", async () => {
  const summary = 'return { "a.txt": `${__ENV.TOKEN} of ${JSON.stringify(__ENV)}` };';
  const { files } = await leftBy(summary, undefined, { TOKEN: "s3cr3t-of-ours" });
  expect(files["a.txt"]).toMatch(/^\[secret\] of \{/);
  expect(files["a.txt"]).not.toContain("s3cr3t");
});

test("what lies there already is not written over", async () => {
  const dir = await temporaryFolder();
  await keepOutputs({ "a.txt": "one" }, dir, []);
  await expect(keepOutputs({ "a.txt": "two" }, dir, [])).rejects.toThrow(/EEXIST/);
  expect(await readFile(join(dir, "a.txt"), "utf8")).toBe("one");
});

test.each<[string, RegExp]>([
  ['summaryTrendStats: ["p(101)"]', /expected avg, min, med, max, count or p\(N\)/],
  ['summaryTrendStats: "avg"', /"avg"; expected a list of texts/],
  ['summaryTimeUnit: "min"', /"min"; expected s, ms or us/],
  ['handleSummaryTimeout: "5s"', /"5s"; expected `export function handleSummary`/],
])("an option of the summary that is none is refused: %s", (option, words) => {
  const text = `${steady().replace("scenarios", `${option}, scenarios`)}\nexport default function () {}`;
  expect(told(text)).toEqual([expect.stringMatching(words)]);
});
