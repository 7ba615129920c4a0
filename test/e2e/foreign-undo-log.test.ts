// A run folder that came from somebody else, with an undo log in it: what it says would be done to this user's
// processes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makeSandbox, rebound, type Sandbox } from "../support/rebound-process.ts";

/** A process of this user that carries the marker. */
async function ownProcess(marker: string) {
  const child = spawn("cat", { env: { STACK_INSTANCE: marker }, stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.stdin.end();
    await ended;
  });
  await once(child, "spawn");
  return { isAlive: () => child.exitCode === null && child.signalCode === null, ended };
}

/** A run folder that nobody here has registered. */
function foreign(sandbox: Sandbox, marker: string): string {
  const runDir = join(sandbox.out, "foreign");
  const trial = join(runDir, "trials/a/b/treatment-1");
  mkdirSync(trial, { recursive: true });
  const way = { kind: "process", marker };
  const entry = { kind: "platform", platform: "processes", what: "processes\u001b[2J of a stack", way };
  writeFileSync(join(trial, "undo.jsonl"), `${JSON.stringify({ seq: 1, step: "intend", entry })}\n`);
  return runDir;
}

it("an undo log that this user's state folder does not know is acted on only where that is wanted", async () => {
  await using sandbox = await makeSandbox();
  const own = await ownProcess("marker-of-this-test");
  const runDir = foreign(sandbox, "marker-of-this-test");
  const refused = await rebound(["restore", runDir], sandbox);
  expect(refused.code, refused.text).toBe(3);
  expect(refused.text).toContain("its undo log is not acted on");
  expect(own.isAlive()).toBe(true);
  const unnamed = await rebound(["restore", "--trust"], sandbox);
  expect(unnamed.text).toContain("--trust needs the folder of one run");
  const restored = await rebound(["restore", runDir, "--trust"], sandbox);
  expect(restored.code, restored.text).toBe(0);
  expect(restored.text).toContain("processes\ufffd[2J of a stack");
  await own.ended;
});

it("a folder that is linked into such a run is not acted on either", async () => {
  await using sandbox = await makeSandbox();
  const own = await ownProcess("another-marker-of-this-test");
  const runDir = foreign(sandbox, "another-marker-of-this-test");
  const linked = join(sandbox.out, "linked");
  mkdirSync(linked);
  symlinkSync(join(runDir, "trials"), join(linked, "trials"));
  const refused = await rebound(["restore", linked, "--trust"], sandbox);
  expect(refused.code, refused.text).toBe(3);
  expect(refused.text).toContain("is a link");
  expect(own.isAlive()).toBe(true);
});
