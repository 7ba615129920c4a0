// Real runs in which a tool of ours dies, or its record cannot be written: the trial ends, nothing is left, and no
// pathway pays for it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  makeSandbox,
  markersIn,
  ourChildrenOf,
  processesOf,
  projectRoot,
  rebound,
  startRebound,
  type Rebound,
  type Sandbox,
  resultOf,
} from "../support/rebound-process.ts";
import { startOurs } from "../support/toxiproxy.ts";

const quickLatency = "test/fixtures/experiments/network/quick-latency.yaml";
const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

/** Our helper whose command line holds the words. */
function helperOf(running: Rebound, words: string): number {
  const found = ourChildrenOf(running.child.pid ?? 0).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(words),
  );
  expect(found).toHaveLength(1);
  return found[0] ?? 0;
}

function filesOf(sandbox: Sandbox, name: string): string[] {
  return readdirSync(sandbox.out, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(`treatment-1/${name}`) && !path.startsWith("latest"))
    .map((path) => join(sandbox.out, path));
}

/** The trial is inconclusive for `reason`, ended before its time was over, and no gate is closed. */
async function expectOursAlone(running: Rebound, sandbox: Sandbox, reason: RegExp): Promise<void> {
  const { code } = await running.exit;
  expect(code, running.text()).toBe(2);
  const [trial] = resultOf(sandbox).intents.flatMap(({ trials }) => trials);
  expect(trial?.verdict.outcome, running.text()).toBe("inconclusive");
  expect(trial?.verdict.findings.find(({ rule }) => rule === "not-aborted")?.says).toMatch(reason);
  const left = trial?.verdict.findings.find(({ rule }) => rule === "nothing-left");
  expect(left?.outcome, left?.says).not.toBe("fail");
  expect(resultOf(sandbox).scorecard?.pathways.flatMap(({ gates }) => gates)).toEqual([]);
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
}

describe("in mid-trial", () => {
  it.each([
    ["SIGKILL", /our own tool broke \(proxy\): the fault proxy ended by itself \(SIGKILL\)/],
    ["SIGSTOP", /our own tool broke \(proxy\): the fault proxy does not tell its proxies \(no answer in 3000 ms\)/],
  ] as const)("our fault proxy gets %s: our trouble, and its toxic is gone with it", async (signal, reason) => {
    await using sandbox = await makeSandbox();
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    const proxy = helperOf(running, "proxy/main");
    process.kill(proxy, signal);
    await expectOursAlone(running, sandbox, reason);
    const [timeline = ""] = filesOf(sandbox, "timeline.jsonl");
    expect(readFileSync(timeline, "utf8")).toContain("the fault proxy is gone, and the toxic with it");
  });

  it("somebody else's Toxiproxy is killed: our trouble all the same, and nothing is left", async () => {
    await using server = await startOurs();
    await using sandbox = await makeSandbox({ TOXIPROXY_URL: server.url });
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    process.kill(server.pid ?? 0, "SIGKILL");
    await expectOursAlone(
      running,
      sandbox,
      /our own tool broke \(proxy\): the fault proxy is gone: nobody listens at its API/,
    );
  });

  it("somebody else's Toxiproxy forgets our proxies: the toxics went with them", async () => {
    await using server = await startOurs();
    await using sandbox = await makeSandbox({ TOXIPROXY_URL: server.url });
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    const names = Object.keys((await (await fetch(`${server.url}/proxies`)).json()) as object);
    for (const name of names) await fetch(`${server.url}/proxies/${name}`, { method: "DELETE" });
    await running.exit;
    const [trial] = resultOf(sandbox).intents.flatMap(({ trials }) => trials);
    expect(trial?.verdict.outcome, running.text()).toBe("inconclusive");
    expect(trial?.verdict.findings.find(({ rule }) => rule === "not-aborted")?.says).toMatch(
      /the fault proxy has lost/,
    );
    expect(resultOf(sandbox).scorecard?.pathways.flatMap(({ gates }) => gates)).toEqual([]);
  });

  it("our load process is killed: the trial ends then, and not when its time is over", async () => {
    await using sandbox = await makeSandbox();
    const running = startRebound(["run", quickKill, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    process.kill(helperOf(running, "load/main"), "SIGKILL");
    await expectOursAlone(
      running,
      sandbox,
      /our own tool broke \(load\): the load process ended by itself \(SIGKILL\)/,
    );
  });

  it("the timeline is deleted: the fault is taken back, since nobody could read what became of it", async () => {
    await using sandbox = await makeSandbox();
    const running = startRebound(["run", quickLatency, "--out", sandbox.out], sandbox);
    await running.says(" observe ");
    for (const file of filesOf(sandbox, "timeline.jsonl")) rmSync(file);
    await expectOursAlone(
      running,
      sandbox,
      /its record could not be kept: cannot write .*timeline\.jsonl: it was deleted/,
    );
  });
});

describe("a disk that takes no more", () => {
  it("before the injection ends the trial without one, and what was found out is printed all the same", async () => {
    await using sandbox = await makeSandbox();
    // No file may grow beyond 20 KiB: the first that wants to is the timeline, in the baseline.
    const command = 'ulimit -f 40; exec "$@"';
    const words = [process.execPath, join(projectRoot, "bin/rebound.js"), "run", quickKill, "--out", sandbox.out];
    const child = spawn("sh", ["-c", command, "sh", ...words], {
      cwd: projectRoot,
      env: sandbox.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    expect(text).toMatch(/inconclusive: not-aborted — .*its record could not be kept: .*EFBIG/);
    expect(text).toContain("? inconclusive");
    expect(code, text).toBe(4);
    const [log = ""] = filesOf(sandbox, "undo.jsonl");
    expect(readFileSync(log, "utf8")).not.toContain('"kind":"fault"');
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
    expect(
      readdirSync(sandbox.out, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tmp")),
    ).toEqual([]);
    expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
  });
});

describe("doctor", () => {
  it("says that there is room for the state and for reports, and makes neither folder", async () => {
    await using sandbox = await makeSandbox();
    const { text } = await rebound(["doctor", "--out", sandbox.out], sandbox);
    expect(text).toMatch(/^ok {7}state folder: [\d.]+ [MG]B free in .* will be made\)$/m);
    expect(text).toMatch(/^ok {7}reports folder: [\d.]+ [MG]B free in .* will be made\)$/m);
    expect(readdirSync(join(sandbox.out, "..")).filter((name) => name !== "state")).toEqual([]);
  });

  it("says which of them cannot be written, and what to do", async () => {
    const dir = await mkdtemp(join(tmpdir(), "rebound-doctor-test-"));
    try {
      const file = join(dir, "file");
      await writeFile(file, "");
      await using sandbox = await makeSandbox({ REBOUND_STATE_DIR: "/proc/nowhere" });
      const { code, text } = await rebound(["doctor", "--out", file], sandbox);
      expect(code).toBe(4);
      expect(text).toMatch(/^MISSING {2}state folder: .*set REBOUND_STATE_DIR to a folder you may write/m);
      expect(text).toMatch(/^MISSING {2}reports folder: .*is not a folder .*--out/m);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
