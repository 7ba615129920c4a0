// What GitHub's runner is told, and what it must not take for an order.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  deaf,
  mostSummaryBytes,
  tellRunner,
  tellRunnerOfProblems,
  unheard,
  withinBytes,
} from "../../../src/reporters/github.ts";
import { sampleRun } from "../../builders/sample-run.ts";

let dir: string;
let printed: string;
let troubles: string[];
const places = new Map<string, never>();
const onTrouble = (says: string): void => void troubles.push(says);
const out = {
  write(text: string): void {
    printed += text;
  },
};
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebound-github-"));
  printed = "";
  troubles = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe("on GitHub's runner", () => {
  test.each([
    ["at once", (): void => out.write("  ::error::from a service")],
    [
      "later, and breaks off",
      async (): Promise<void> => {
        await Promise.resolve();
        out.write("  ::error::from a service");
        throw new Error("broke off");
      },
    ],
    [
      "and throws",
      (): void => {
        out.write("  ::error::from a service");
        throw new Error("broke off");
      },
    ],
  ])("what services say is heard by nobody when it is printed %s", async (_, work) => {
    await (async () => unheard(work, out, { GITHUB_ACTIONS: "true" }))().catch(() => undefined);
    const [, token] = /^::stop-commands::([0-9a-f-]{36})\n/.exec(printed) ?? [];
    expect(printed).toBe(`::stop-commands::${token}\n  ::error::from a service\n::${token}::\n`);
  });

  test("a problem of a file in the checkout stands on its line, one outside has no place", () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: process.cwd() };
    const inside = { place: { file: "experiments/a.yaml", line: 2, column: 5 }, found: "f", expected: "e" };
    const outside = { place: { file: "/elsewhere/a.yaml", line: 2, column: 5 }, found: "f", expected: "e" };
    tellRunnerOfProblems([inside, outside], out, env);
    expect(printed.split("\n")).toEqual([
      "::error file=experiments/a.yaml,line=2,col=5,title=lint::f; expected e",
      "::error title=lint::f; expected e",
      "",
    ]);
  });

  test("the summary is added to what the step has, and keeps within its size", async () => {
    const file = join(dir, "summary.md");
    await writeFile(file, "before\n");
    await tellRunner(sampleRun().run, places, { out, onTrouble, env: { GITHUB_STEP_SUMMARY: file } });
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^before\n# Rebound: fail/);
    expect(printed).toBe("");
    await writeFile(file, "x".repeat(mostSummaryBytes - 200));
    await tellRunner(sampleRun().run, places, { out, onTrouble, env: { GITHUB_STEP_SUMMARY: file } });
    const full = await readFile(file);
    expect(full.length).toBeLessThanOrEqual(mostSummaryBytes);
    expect(full.toString("utf8")).toContain("cut here");
  });

  test("a summary that cannot be written harms nothing", async () => {
    await tellRunner(sampleRun().run, places, {
      out,
      onTrouble,
      env: { GITHUB_STEP_SUMMARY: join(dir, "no/such/folder/summary.md") },
    });
    expect(troubles).toEqual([expect.stringContaining("the step summary was not written") as string]);
  });
});

test("a line that is printed among commands is none, wherever it begins, and looks the same", () => {
  const text = "first\n::error::a\n \t::add-mask::b\nc ##[group]d ::e::";
  const printed = deaf(text, { GITHUB_ACTIONS: "true" });
  // As the runner looks for them: https://github.com/actions/runner, ActionCommand.cs.
  expect(printed.split("\n").filter((line) => line.trimStart().startsWith("::") || line.includes("##["))).toEqual([]);
  expect(printed.replaceAll("\u200b", "")).toBe(text);
  expect(deaf(text, {})).toBe(text);
});

test("elsewhere nothing is printed that only a runner reads", async () => {
  expect(unheard(() => 7, out, {})).toBe(7);
  await tellRunner(sampleRun().run, places, { out, onTrouble, env: {} });
  tellRunnerOfProblems([{ found: "f", expected: "e" }], out, {});
  expect(printed).toBe("");
});

test("what is cut ends with a whole line and says so, in bytes and not in letters", () => {
  const text = "äöü\n".repeat(100);
  const cut = withinBytes(text, 200);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(200);
  expect(cut).toMatch(/^(äöü\n)+\n… cut here.*\n$/);
  expect(withinBytes(text, 800)).toContain("ü\n");
  expect(withinBytes(text, 10)).toBe("");
});
