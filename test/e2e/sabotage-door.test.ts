// The door to the planted defects on real processes: shut without the variable, refused for an unknown name.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSandbox, projectRoot, startRebound } from "../support/rebound-process.ts";

/** Every module that the processes of a stack loaded until it answered. */
async function loadedBy(sabotage: Readonly<Record<string, string>>): Promise<string[]> {
  await using sandbox = await makeSandbox();
  const file = join(sandbox.out, "../loads");
  const preload = `--import ${join(projectRoot, "test/support/note-loads.mjs")}`;
  const env = { ...sandbox.env, NODE_OPTIONS: preload, NOTE_LOADS: file, ...sabotage };
  const up = startRebound(["up", "reference-ai-stack"], { ...sandbox, env });
  await up.says("Ctrl-C");
  up.child.kill("SIGINT");
  await up.exit;
  return readFileSync(file, "utf8").split("\n");
}

const inFolder = /reference-ai-stack\/sabotage\//;

describe("the folder of planted defects", () => {
  it("is not touched by any process of a stack without the variable, and is with it", async () => {
    const without = await loadedBy({});
    expect(without.filter((url) => url.endsWith("healer/main.js"))).not.toEqual([]);
    expect(without.filter((url) => url.endsWith("gateway/main.js"))).not.toEqual([]);
    expect(without.filter((url) => inFolder.test(url))).toEqual([]);
    const empty = await loadedBy({ STACK_SABOTAGE: "" });
    expect(empty.filter((url) => inFolder.test(url))).toEqual([]);
    const withIt = await loadedBy({ STACK_SABOTAGE: "detection-never" });
    expect(withIt.filter((url) => inFolder.test(url))).not.toEqual([]);
  });

  it("ends the start of a stack at a name that is not known, with all that are", async () => {
    await using sandbox = await makeSandbox({ STACK_SABOTAGE: "no-such-defect" });
    const run = startRebound(["run", "experiments/control/placebo.yaml", "--out", sandbox.out], sandbox);
    expect(await run.exit).toMatchObject({ code: 4 });
    expect(run.text()).toMatch(/STACK_SABOTAGE is .{0,2}no-such-defect.{0,2}; expected one of .*detection-never/);
  });
});
