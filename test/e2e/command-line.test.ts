// The command as a user meets it: help, exit codes, and errors that say what to do.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSandbox, projectRoot, rebound } from "../support/rebound-process.ts";

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
    [["plan", "targets/echo"]],
    [["plan", "--claim", "MTTR < 10 s in 95 %"]],
    [["run", "experiments/nope.yaml"]],
  ])("exits with 3 on bad usage: %j", async (args) => {
    await using sandbox = await makeSandbox();
    const { code, text } = await rebound(args, sandbox);
    expect(code).toBe(3);
    expect(text).toMatch(/expected|--help|no run folder|tags that there are|is a target|it is not there/);
    expect(text).not.toMatch(/bug in Rebound|ENOENT/);
  });

  it("keeps out of the way of a target that nobody asked for, and names its file where an intent asks for it", async () => {
    await using sandbox = await makeSandbox();
    const cwd = dirname(sandbox.out);
    for (const name of ["echo", "odd"]) await mkdir(join(cwd, "targets", name), { recursive: true });
    const sound = await readFile(join(projectRoot, "targets/echo/target.yaml"), "utf8");
    await writeFile(join(cwd, "targets/echo/target.yaml"), sound);
    await writeFile(join(cwd, "targets/odd/target.yaml"), sound.replace("name: echo", "name: odd\nplatform: moon"));
    await mkdir(join(cwd, "experiments/timing"), { recursive: true });
    const blip = await readFile(join(projectRoot, "experiments/timing/blip-for.yaml"), "utf8");
    await writeFile(join(cwd, "experiments/timing/blip.yaml"), blip);
    const here = { ...sandbox, cwd };
    expect((await rebound(["plan", "experiments/timing/blip.yaml"], here)).code).toBe(0);
    expect((await rebound(["run", "experiments/typo.yaml"], here)).text).toContain("typo.yaml");
    await writeFile(join(cwd, "experiments/timing/odd.yaml"), blip.replace("target: echo", "target: odd"));
    const asked = await rebound(["plan", "experiments/timing/odd.yaml"], here);
    expect(asked).toMatchObject({ code: 3 });
    expect(asked.text).toMatch(
      /odd\.yaml:\d+:\d+: the target "odd", whose file has problems.*targets\/odd\/target\.yaml/,
    );
    expect((await rebound(["up", "odd"], here)).text).toMatch(/targets\/odd\/target\.yaml:\d+:11: .*moon/);
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
