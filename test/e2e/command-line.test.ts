// The command as a user meets it: help, exit codes, and errors that say what to do.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSandbox, rebound } from "../support/rebound-process.ts";

const commands = ["run", "lint", "plan", "list", "judge", "report", "restore", "up", "doctor"];

describe("rebound", () => {
  it.each(commands)("explains %s on --help and exits with 0", async (command) => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound([command, "--help"], sandbox);
    expect(text).toMatch(new RegExp(`^Usage: rebound ${command}`));
    expect(code).toBe(0);
  });

  it.each([
    [["fly"]],
    [["run", "--trials", "0"]],
    [["run", "--seed", "x"]],
    [["list"]],
    [["list", "bugs"]],
    // A word that every object of the language knows.
    [["list", "constructor"]],
    [["up", "nowhere"]],
    [["run", "--suite", "nosuch"]],
    [["judge", "/nonexistent"]],
  ])("exits with 3 on bad usage: %j", async (args) => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(args, sandbox);
    expect(code).toBe(3);
    expect(text).toMatch(/expected|--help|no run folder|tags that there are/);
    expect(text).not.toContain("bug in Rebound");
  });

  it("reports every problem of a bad intent with its place, exits with 3 and starts nothing", async () => {
    await using sandbox = await makeSandbox();
    const file = join(dirname(sandbox.out), "experiments/process/bad.yaml");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "version: 1\ntitle: Bad\nbelief: none\ntarget: ecko\ntrails: 3\narms: [treatment]\n");
    const linted = await rebound(["lint", file], sandbox);
    expect(linted.code).toBe(3);
    expect(linted.text).toMatch(/bad\.yaml:4:9: .*echo/);
    expect(linted.text).toMatch(/bad\.yaml:5:1: .*trials/);
    const refused = await rebound(["run", file, "--out", sandbox.out], sandbox);
    expect(refused.code).toBe(3);
    expect(refused.text).toContain("nothing was started");
  });

  it("checks all shipped intents and targets without a problem", async () => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(["lint"], sandbox);
    expect(text).toMatch(/^\d+ files checked, 0 problems\n$/);
    expect(code).toBe(0);
  });

  it("plans the same for the same seed and something else for another", async () => {
    await using sandbox = await makeSandbox();
    const planned = async (seed: string): Promise<unknown> => {
      const { text } = await rebound(["plan", "--json", "--seed", seed], sandbox);
      return (JSON.parse(text) as { runId: string }[]).map((plan) => ({ ...plan, runId: "" }));
    };
    const first = await planned("1");
    expect(await planned("1")).toEqual(first);
    expect(await planned("2")).not.toEqual(first);
  });
});
