// A well stack that is asked wrongly: whoever opens any of the outputs must see at once what was answered instead.
// Nothing is injected.

import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { totalOf } from "../../src/core/reasons.ts";
import { readTrials } from "../support/read-trials.ts";
import { readRun } from "../builders/read-run.ts";
import { makeSandbox, projectRoot, rebound } from "../support/rebound-process.ts";

const fixtures = join(projectRoot, "test/fixtures/reported-wrong");
const outputs = ["index.html", "junit.xml", "summary.md", "run.json"] as const;

type Change = readonly [from: string, to: string];

/** Runs the intent on the target with the change in its description, and reads everything that came of it. */
async function runWrong(change: Change, steady?: Change) {
  await using sandbox = await makeSandbox();
  const cwd = join(dirname(sandbox.out), "workspace");
  await mkdir(join(cwd, "experiments/process"), { recursive: true });
  await cp(fixtures, join(cwd, "targets/reported-wrong"), { recursive: true });
  const target = await readFile(join(fixtures, "target.yaml"), "utf8");
  const intent = await readFile(join(fixtures, "intent.yaml"), "utf8");
  expect(target).toContain(change[0]);
  await writeFile(join(cwd, "targets/reported-wrong/target.yaml"), target.replaceAll(...change));
  const file = join(cwd, "experiments/process/reported-wrong.yaml");
  await writeFile(file, steady === undefined ? intent : intent.replace(...steady));
  const run = await rebound(["run", file, "--out", sandbox.out], { ...sandbox, cwd });
  const dir = join(sandbox.out, "latest");
  expect(existsSync(dir), run.text).toBe(true);
  const texts = await Promise.all(outputs.map((name) => readFile(join(dir, name), "utf8")));
  const result = await readRun(dir);
  const trial = result.intents[0]?.trials[0];
  if (trial === undefined) throw new Error(run.text);
  const seen = (await readTrials(dir)).flatMap(({ timeline }) => timeline);
  expect(seen.length).toBeGreaterThan(20);
  expect(seen.filter((event) => event.kind === "fault" && event.step === "applying")).toEqual([]);
  return { ...run, terminal: run.text.slice(run.text.indexOf("───")), texts, trial };
}

/** The same words, as each output escapes them. */
function holdsIn(text: string, words: string): boolean {
  const plain = text.replaceAll(/&#10;|\\(?=[(_*|&])/g, "").replaceAll("&#x3D;", "=");
  return plain.replaceAll(/\s+/g, " ").includes(words);
}

describe("a target that is asked wrongly", () => {
  it("at a URL that is 404 says so beside the errors, in every output", async () => {
    const { terminal, texts, trial, code } = await runWrong(["/echo?text", "/wrong?text"]);
    const { load } = trial.facts;
    expect(Object.keys(load.errorsBy?.baseline ?? {})).toEqual(["status 404"]);
    expect(totalOf(load.errorsBy?.baseline ?? {}) + totalOf(load.errorsBy?.disturbed ?? {})).toBe(load.errors);
    expect(load.errors).toBeGreaterThan(20);
    for (const text of [terminal, ...texts.slice(0, 3)]) {
      expect(holdsIn(text, `${load.errors} of ${load.expected} requests: status 404 (${load.errors}×)`), text).toBe(
        true,
      );
    }
    expect(terminal).toContain("because");
    expect(code).toBe(2);
  }, 60_000);

  it("by a pointer that leads nowhere says which keys there are", async () => {
    const { terminal, texts, trial } = await runWrong(["/queue/waiting", "/queue/depth"]);
    const words = "/queue/depth leads nowhere: in /queue found keys waiting, running";
    const blind = trial.facts.blindSamples?.["queue.waiting"];
    expect(blind?.unseen).toBe(blind?.samples);
    expect(blind?.last).toBe(`front-1: ${words}`);
    for (const text of [terminal, ...texts]) expect(holdsIn(text, words), text).toBe(true);
  }, 60_000);

  it("for health that needs a key says that it answered 401", async () => {
    const { terminal, texts, trial } = await runWrong(["health: /health", "health: /guarded-health"]);
    const broken = trial.verdict.findings.find(({ rule }) => rule === "steady-before");
    expect(broken?.says).toContain("replicas.front was 0 (front-1: answered 401; front-2: answered 401)");
    for (const text of [terminal, ...texts]) expect(holdsIn(text, "front-1: answered 401"), text).toBe(true);
  }, 60_000);

  it("by a probe that never answers says that, and so of an inventory that fades", async () => {
    const { terminal, texts, trial } = await runWrong(["path: /stats", "path: /hangs"]);
    expect(trial.facts.blindSamples?.["queue.waiting"]?.last).toBe("front-1: no answer in time");
    for (const text of [terminal, ...texts]) expect(holdsIn(text, "front-1: no answer in time"), text).toBe(true);
    const faded = await runWrong(["}/inventory", "}/fading-inventory"]);
    for (const text of [faded.terminal, ...faded.texts]) expect(holdsIn(text, "status 503"), text).toBe(true);
  }, 120_000);
});
