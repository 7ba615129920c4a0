// Ending trials while a fault is in place: by a stop file, by `rebound stop`, and by the intent's own abort_if.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  makeSandbox,
  markersIn,
  processesOf,
  projectRoot,
  rebound,
  startRebound,
  type Rebound,
  type Sandbox,
  resultOf,
  runDirOf,
} from "../support/rebound-process.ts";

const quickKill = "test/fixtures/experiments/process/quick-kill.yaml";

async function underFault(sandbox: Sandbox, intent = quickKill): Promise<Rebound> {
  const running = startRebound(["run", intent, "--out", sandbox.out], sandbox);
  await running.says(" observe ");
  return running;
}

function stateOf(sandbox: Sandbox): string {
  return sandbox.env["REBOUND_STATE_DIR"] ?? "";
}

/** What the timeline tells of the faults of a trial: number and step. */
function stepsOf(sandbox: Sandbox, intent: string): string[] {
  const file = join(runDirOf(sandbox), "trials/process", intent, "treatment-1/timeline.jsonl");
  const events = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes('"kind":"fault"'));
  return events.map((line) => {
    const { disturbance, step } = JSON.parse(line) as { disturbance: number; step: string };
    return `${disturbance} ${step}`;
  });
}

/** A changed copy of the quick kill, in an experiments folder of its own. */
async function writeIntent(sandbox: Sandbox, name: string, change: (text: string) => string): Promise<string> {
  const file = join(dirname(sandbox.out), "experiments/process", `${name}.yaml`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, change(readFileSync(join(projectRoot, quickKill), "utf8")));
  return file;
}

/** Steps of the fault that the timeline tells of, and that nothing of the stack lives. */
async function expectTakenBack(running: Rebound, sandbox: Sandbox): Promise<void> {
  expect((await running.exit).code, running.text()).toBe(130);
  expect(stepsOf(sandbox, "quick-kill")).toEqual([
    "0 aiming",
    "0 applying",
    "0 confirmed",
    "0 reverting",
    "0 reverted",
  ]);
  expect(resultOf(sandbox)).toMatchObject({ interrupted: true, reason: "stopped" });
  expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
}

describe("a stop file that appears while a fault is in place", () => {
  it("in the state folder ends the run, and forbids the next one until it is cleared", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    writeFileSync(join(stateOf(sandbox), "stop"), "");
    await expectTakenBack(running, sandbox);
    const refused = await rebound(["run", quickKill, "--out", sandbox.out], sandbox);
    expect(refused.code).toBe(4);
    expect(refused.text).toContain("rebound stop --clear");
    expect(await rebound(["up", "echo"], sandbox)).toMatchObject({ code: 4 });
    expect(await rebound(["stop", "--clear"], sandbox)).toMatchObject({ code: 0 });
    expect(readdirSync(stateOf(sandbox))).not.toContain("stop");
  });

  it("in the run's own folder ends that run", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    writeFileSync(join(runDirOf(sandbox), "stop"), "");
    await expectTakenBack(running, sandbox);
  });
});

describe("a schedule of disturbances", () => {
  it("is over with the run: what is in place is taken back, and what is still to come never begins", async () => {
    await using sandbox = await makeSandbox();
    const file = await writeIntent(sandbox, "timed", (text) =>
      text.replace(/^disturb:\n/m, "disturb:\n  - fault: load.change\n    with: { times: 1.5 }\n    at: 2500ms\n"),
    );
    const running = await underFault(sandbox, file);
    writeFileSync(join(runDirOf(sandbox), "stop"), "");
    expect((await running.exit).code, running.text()).toBe(130);
    const steps = stepsOf(sandbox, "timed");
    expect(steps.filter((step) => step.startsWith("1 "))).toEqual([
      "1 aiming",
      "1 applying",
      "1 confirmed",
      "1 reverting",
      "1 reverted",
    ]);
    expect(steps.filter((step) => step.startsWith("0 "))).toEqual(["0 unconfirmed"]);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
    expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
  });
});

describe("rebound stop", () => {
  it("says so and exits with 0 when nothing runs", async () => {
    await using sandbox = await makeSandbox();
    expect(await rebound(["stop"], sandbox)).toEqual({ code: 0, text: "Nothing is running.\n" });
    mkdirSync(sandbox.out);
    expect(await rebound(["stop", sandbox.out], sandbox)).toMatchObject({ code: 0 });
  });

  it("ends a run with its fault in place, waits for it, says what it ended and leaves no stop file", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    const stopped = await rebound(["stop"], sandbox);
    expect(stopped.text).toContain(`${runDirOf(sandbox)}\n  ended (pid ${running.child.pid})`);
    expect(stopped.code).toBe(0);
    await expectTakenBack(running, sandbox);
    expect(readdirSync(stateOf(sandbox))).not.toContain("stop");
  });

  it("ends two runs at once, each with its fault in place", async () => {
    await using sandbox = await makeSandbox();
    const file = await writeIntent(sandbox, "long-kill", (text) => text.replaceAll("within: 3s", "within: 60s"));
    const others = { ...sandbox, out: `${sandbox.out}-2` };
    const runs = [sandbox, others].map(({ out }) => startRebound(["run", file, "--out", out], sandbox));
    await Promise.all(runs.map((running) => running.says(" observe ")));
    const stopped = await rebound(["stop"], sandbox);
    for (const [index, one] of [sandbox, others].entries()) {
      expect(stopped.text).toContain(`${runDirOf(one)}\n  ended (pid ${runs[index]?.child.pid})`);
      expect(await runs[index]?.exit, runs[index]?.text()).toEqual({ code: 130, signal: null });
      expect(stepsOf(one, "long-kill").slice(-2)).toEqual(["0 reverting", "0 reverted"]);
      expect(processesOf(markersIn(one.out))).toEqual([]);
    }
    expect(stopped.code).toBe(0);
    expect(readdirSync(stateOf(sandbox))).not.toContain("stop");
  });

  it("ends a target that `rebound up` keeps up, too", async () => {
    await using sandbox = await makeSandbox();
    const running = startRebound(["up", "echo"], sandbox);
    await running.says("Ctrl-C ends it");
    const markers = markersIn(stateOf(sandbox));
    expect(processesOf(markers).length).toBeGreaterThan(0);
    expect((await rebound(["stop"], sandbox)).code).toBe(0);
    expect((await running.exit).code, running.text()).toBe(0);
    expect(processesOf(markers)).toEqual([]);
    expect(readdirSync(join(stateOf(sandbox), "up"))).toEqual([]);
  });

  it("of a run that does not heed it says that it still runs; the run ends as soon as it looks again", async () => {
    await using sandbox = await makeSandbox();
    const running = await underFault(sandbox);
    running.child.kill("SIGSTOP");
    try {
      const stopped = await rebound(["stop", runDirOf(sandbox), "--wait", "1"], sandbox);
      expect(stopped.text).toContain(`STILL RUNS  pid ${running.child.pid}`);
      expect(stopped.code).toBe(4);
    } finally {
      running.child.kill("SIGCONT");
    }
    await expectTakenBack(running, sandbox);
  });
});

describe("abort_if", () => {
  it("takes the fault back as soon as it is true, and the trial is inconclusive and names expression and value", async () => {
    await using sandbox = await makeSandbox();
    const guard = "\nabort_if:\n  a-back-is-gone: replicas.back < 2\n";
    const file = await writeIntent(sandbox, "guarded", (text) => text + guard);
    const run = await rebound(["run", file, "--out", sandbox.out], sandbox);
    const [trial] = resultOf(sandbox).intents.flatMap(({ trials }) => trials);
    expect(run.text).toContain("by abort_if a-back-is-gone: replicas.back < 2 (replicas.back 1)");
    expect(trial?.verdict.outcome, run.text).toBe("inconclusive");
    const finding = trial?.verdict.findings.find(({ rule }) => rule === "not-aborted");
    expect(finding?.says).toMatch(/abort_if a-back-is-gone: replicas\.back was 1 \(bound: replicas\.back < 2\)$/);
    expect(run.text).toContain("reverted");
    expect(run.text).not.toContain(" after ");
    expect(run.code).toBe(2);
    expect(resultOf(sandbox).interrupted).toBe(false);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
  });

  it("that comes true while the second of two faults is being applied ends that, and takes both back", async () => {
    await using sandbox = await makeSandbox();
    // A proof of ten seconds of latency takes ten seconds: the front is seen to be gone long before.
    const both = `  - fault: process.kill
    on: { replica_of: front, count: all }
  - fault: network.latency
    on: { edge: { from: front, to: back }, count: 1 }
    with: { latency: 10s }

limits: { max_share: 1 }
abort_if:
  front-is-gone: replicas.front < 1
`;
    const file = await writeIntent(sandbox, "two-faults", (text) =>
      text.replace(/^ {2}- fault: process\.kill\n.*\n/m, both),
    );
    const run = await rebound(["run", file, "--out", sandbox.out], sandbox);
    expect(run.text).toContain("process.kill at ALL 1 of 1 replica of front (100 %)");
    expect(run.text).toContain("by abort_if front-is-gone: replicas.front < 1 (replicas.front 0)");
    expect(stepsOf(sandbox, "two-faults"), run.text).toEqual([
      "0 aiming",
      "1 aiming",
      "0 applying",
      "0 confirmed",
      "1 applying",
      "1 unconfirmed",
      "1 reverting",
      "1 reverted",
      "0 reverting",
      "0 reverted",
    ]);
    expect(run.code).toBe(2);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
    expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
  });
});

describe("a target whose inventory places a replica on another machine", () => {
  const target = `name: elsewhere
summary: Says that its vector runs on another machine.
chaos: allowed
start:
  command: [node, ${join(projectRoot, "test/support/fixture-stack.mjs")}]
  env: { FIXTURE_DIR: "{workDir}", FIXTURE_HOST: 10.9.8.7 }
  ready: http://127.0.0.1:{port:stack}/ready
  timeout: 15s
  stop_timeout: 3s
services:
  - { name: stack, health: /ready, replicas: [{ id: stack, port_env: STACK_PORT }] }
  - { name: vec, health: /health, replicas: [{ id: vec, port_env: VEC_PORT }] }
edges: []
inventory: http://127.0.0.1:{port:stack}/inventory
control: { token_env: FIXTURE_TOKEN, start_replica: "http://127.0.0.1:{port:stack}/start/{replica}" }
traffic: { name: none, method: GET, url: "http://127.0.0.1:{port:vec}/health", stream: whole }
probes:
  - { name: replicas.back, kind: healthy-replicas, service: vec, every: 250ms, timeout: 1s }
classes: []
pathways: []
`;

  it("is refused with exit code 3, with nothing injected and nothing left", async () => {
    await using sandbox = await makeSandbox();
    const cwd = join(dirname(sandbox.out), "workspace");
    await mkdir(join(cwd, "targets/elsewhere"), { recursive: true });
    await writeFile(join(cwd, "targets/elsewhere/target.yaml"), target);
    const file = await writeIntent(
      sandbox,
      "kill-elsewhere",
      (text) =>
        `${text.replace("target: echo", "target: elsewhere").replace("of: back, count: 1", "of: vec, count: all")}\nlimits: { max_share: 1 }\n`,
    );
    const run = await rebound(["run", file, "--out", sandbox.out], { ...sandbox, cwd });
    expect(run.text).toContain('has vec at "10.9.8.7", which is not this machine');
    expect(run.text).toContain('unless the target\'s owner lists the host under "addresses"');
    expect(run.code, run.text).toBe(3);
    expect(stepsOf(sandbox, "kill-elsewhere")).toEqual([]);
    expect(processesOf(markersIn(sandbox.out))).toEqual([]);
    expect((await rebound(["restore"], sandbox)).text).toBe("Nothing to restore: no run was killed.\n");
  });
});
