// What nobody can take back must not forbid every later run for ever: the way past it is to look, and to say so.

import { serveSocketsForTest } from "../support/serve-for-test.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { allocatePorts, releasePorts } from "../../src/platforms/starting/free-ports.ts";
import { registerRun } from "../../src/store/active-runs.ts";
import { makeSandbox, rebound, type Sandbox } from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

/** A run whose harness is gone, with these entries in its undo log; its folder. */
async function abandoned(sandbox: Sandbox, ...entries: readonly object[]): Promise<string> {
  const runDir = join(sandbox.out, "abandoned");
  mkdirSync(runDir, { recursive: true });
  const lines = entries.map((entry, index) => JSON.stringify({ seq: index + 1, step: "intend", entry }));
  writeFileSync(join(runDir, "undo.jsonl"), `${lines.join("\n")}\n`);
  const gone = { pid: 1, pidStartTime: "of nobody", startedAt: "2026-11-24T00:00:00.000Z" };
  await registerRun({ runDir, ...gone }, sandbox.env["REBOUND_STATE_DIR"]);
  return runDir;
}

it("a line of an undo log that is not understood forbids runs until somebody has looked and says so", async () => {
  await using sandbox = await makeSandbox();
  const runDir = await abandoned(sandbox, { kind: "spell" });
  const restored = await rebound(["restore"], sandbox);
  expect(restored.code, restored.text).toBe(4);
  expect(restored.text).toMatch(/REMAINS.*not understood; look whether.*`rebound restore --forget`/);
  const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
  expect(refused.code, refused.text).toBe(4);

  const unnamed = await rebound(["restore", "--forget"], sandbox);
  expect(unnamed.code, unnamed.text).toBe(3);
  expect(unnamed.text).toContain("--forget needs the folder of one run");
  const forgotten = await rebound(["restore", runDir, "--forget"], sandbox);
  expect(forgotten.code, forgotten.text).toBe(0);
  expect(forgotten.text).toContain("forgotten");
  expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
});

it("proxies on a Toxiproxy that is no longer there are gone with it", async () => {
  await using sandbox = await makeSandbox();
  const ports = await allocatePorts(1, process.pid, "a server that is gone");
  onTestFinished(() => releasePorts(ports));
  await abandoned(sandbox, { kind: "proxies", apiUrl: `http://127.0.0.1:${ports[0]}`, prefix: "ab-" });
  const { code, text } = await rebound(["restore"], sandbox);
  expect(code, text).toBe(0);
  expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
});

it("a Toxiproxy that hangs is named as what remains, instead of being waited for", async () => {
  await using sandbox = await makeSandbox();
  const { url } = await serveSocketsForTest();
  await abandoned(sandbox, { kind: "proxies", apiUrl: url, prefix: "ab-" });
  const { code, text } = await rebound(["restore"], sandbox);
  expect(code, text).toBe(4);
  expect(text).toContain("(no answer)");
});

it("an output folder in which nothing can be made is an environment that is not ready", async () => {
  await using sandbox = await makeSandbox();
  const { code, text } = await rebound(["run", quickKill, "--out", "/proc/nowhere"], sandbox);
  expect(code, text).toBe(4);
  expect(text).toContain("/proc/nowhere");
});
