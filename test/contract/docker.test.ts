// The platform docker on a real engine: what crashes is started again by its policy, what is attached to is refused
// before harm where it must not be touched, and nothing is left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Stack } from "../../src/core/platform.ts";
import type { Target } from "../../src/core/target.ts";
import { docker as platform } from "../../src/platforms/docker/platform.ts";
import { processKill } from "../../src/faults/process/process-kill.ts";
import { processPause } from "../../src/faults/process/process-pause.ts";
import { weighed } from "../../src/measure/marks/injection.ts";
import { eventsOf } from "../../src/measure/windows/timeline-view.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import { composedIn, echoContainers, oneContainer, runningIn } from "../support/container-targets.ts";
import { noteTold } from "../support/told-by-engine.ts";
import { noEngine, openEngine, type TestEngine } from "../support/engine.ts";
import { makeSandbox, projectRoot, rebound, type Sandbox } from "../support/rebound-process.ts";

const doomed = join(projectRoot, "test/support/doomed-on-containers.mjs");
const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };

async function started(target: Target, unhealed = false): Promise<Stack> {
  const stack = await platform.start(target, { ...how, unhealed }, journal, limit());
  onTestFinished(async () => void (await stack.end()));
  return stack;
}

/** A run of one trial whose harness had stopped `vec` and was killed then. */
async function killedOn(target: Target): Promise<Sandbox> {
  const run = await makeSandbox();
  await mkdir(run.out, { recursive: true });
  const child = spawn(process.execPath, [doomed, run.out, JSON.stringify(target)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  expect(String(await Promise.race([once(child.stdout, "data"), exited]))).toBe("reached\n");
  child.kill("SIGKILL");
  await exited;
  return run;
}

describe.skipIf(noEngine !== undefined)("the platform docker", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
    await engine.docker.createNetwork({ Name: "shop_default" });
  });
  afterAll(async () => {
    await engine?.docker.getNetwork("shop_default").remove();
    await engine?.[Symbol.asyncDispose]();
  });

  const site = { service: "vec", replica: "vec", seed: 5, undoDir: "/tmp" };
  const onFailure = { restart: { name: "on-failure", retries: 0 } };

  const composed = (labels: Record<string, string>): Promise<string> => composedIn(engine, "shop", labels);
  /** The same target, of a project that runs already. */
  const attached = (): Target => runningIn("shop");

  test("has what crashed started again by its policy, and not where the policies are off", async () => {
    const healed = (await started(oneContainer(onFailure))).controls(site).process;
    const first = (await healed?.find()) ?? "";
    await healed?.signal(first, "SIGKILL");
    await expect.poll(() => healed?.isAlive(first), { timeout: 60_000 }).toBe(false);
    await expect.poll(async () => (await healed?.find()) ?? first, { timeout: 60_000 }).not.toBe(first);
    const stack = await started(oneContainer(onFailure), true);
    const [seen] = (await stack.survey(limit())).processes;
    expect(seen?.limits).toContain("restart no:0");
  });

  test.each([processKill, processPause])("hands on when $name was there by the engine's own event", async (fault) => {
    const stack = await started(oneContainer());
    const noted = noteTold();
    const at = { ...site, ...noted.site, controls: stack.controls(site) };
    const params = fault.parse({});
    const undo = await fault.prepare(params as never, at);
    expect(await fault.apply(params as never, undo, at, limit())).toMatchObject({ confirmed: true });
    const [{ Id: id } = { Id: "" }] = await engine.docker.listContainers({ all: true });
    await noted.isAsTheEngineSays(engine, id);
  });

  test("freezes without disarming the policy, and sees it from outside", async () => {
    const stack = await started(oneContainer(onFailure));
    const control = stack.controls(site).process;
    const instance = (await control?.find()) ?? "";
    await control?.signal(instance, "SIGSTOP");
    expect([await control?.isStopped(instance), await stack.isRunning(instance)]).toEqual([true, true]);
    expect((await stack.survey(limit())).processes[0]?.state).toBe("T");
    await control?.signal(instance, "SIGCONT");
    expect(await control?.isStopped(instance)).toBe(false);
    await control?.signal(instance, "SIGKILL");
    await expect.poll(async () => (await control?.find()) ?? instance, { timeout: 60_000 }).not.toBe(instance);
  });

  test.each([processKill, processPause])("a whole trial of $name is proved, taken back and judged", async (fault) => {
    const trial = await runWholeTrial({
      target: echoContainers(),
      fault,
      site: { service: "back", replica: "back-1" },
    });
    expect(trial.steps).toEqual(["aiming", "applying", "confirmed", "reverting", "reverted"]);
    expect(trial.left).toMatch(/^nothing is left: looked at 4 processes/);
    const proved = eventsOf(trial.record.timeline, "fault").find(({ step }) => step === "confirmed");
    expect(proved?.told?.event).toBe(fault === processKill ? "die" : "pause");
    expect(proved && weighed(proved), "by the trial's clock").toBe("believed");
    const instances = eventsOf(trial.record.timeline, "inventory").flatMap(({ changes }) => changes);
    expect(instances.some(({ replica, field }) => replica === "back-1" && field === "instance")).toBe(
      fault === processKill,
    );
  });

  test("attaches to a project that runs, and leaves it running", async () => {
    const id = await composed({});
    const stack = await started(attached());
    expect((await stack.inventory(limit())).replicas).toMatchObject([{ replica: "vec" }]);
    expect((await fetch(stack.addressOf("vec"))).status).toBe(200);
    const limits = async (): Promise<string> => (await stack.survey(limit())).processes[0]?.limits ?? "";
    expect(await limits()).toContain("shares 0; cpus all; tasks 0");
    await engine.docker.getContainer(id).update({ CpuShares: 512, CpusetCpus: "0", PidsLimit: 100 });
    expect(await limits()).toContain("shares 512; cpus 0; tasks 100");
    expect(await stack.end()).toEqual([]);
    expect((await engine.docker.getContainer(id).inspect()).State.Running).toBe(true);
  });

  test("follows a port that changes when a container is started again", async () => {
    await composed({});
    const stack = await started(attached());
    const before = stack.addressOf("vec");
    const control = stack.controls(site);
    const instance = (await control.process?.find()) ?? "";
    await control.process?.signal(instance, "SIGKILL");
    await expect.poll(() => control.process?.isAlive(instance), { timeout: 60_000 }).toBe(false);
    expect(await control.replica?.ensureRunning(limit())).toMatchObject({ started: true });
    expect(stack.addressOf("vec")).not.toBe(before);
    const status = (): Promise<unknown> => fetch(stack.addressOf("vec")).then((answer) => answer.status, String);
    await expect.poll(status, { timeout: 60_000 }).toBe(200);
  });

  const paused = async (): Promise<void> => {
    await engine.docker.getContainer(await composed({})).pause();
  };
  const forbidden = async (): Promise<void> => void (await composed({ "rebound.chaos": "forbidden" }));
  const twoStacks = async (): Promise<void> => {
    const folder = "com.docker.compose.project.working_dir";
    await composed({ [folder]: "/one" });
    await composed({ [folder]: "/two", "com.docker.compose.service": "other" });
  };

  test.each([
    ["nobody", async (): Promise<void> => undefined, "no container of a project shop"],
    ["a label that forbids it", forbidden, "does not allow chaos"],
    ["a paused container", paused, "is paused"],
    ["two stacks of one name", twoStacks, "two stacks are called shop"],
  ] as const)("refuses %s before any harm", async (_what, prepare, words) => {
    await prepare();
    expect(await platform.unfit?.(attached())).toMatchObject([{ found: expect.stringContaining(words) as string }]);
    await expect(platform.start(attached(), how, journal, limit())).rejects.toThrow(words);
  });

  /** Containers and networks of stacks of that name: other files have theirs on the same engine. */
  const leftOf = async (name: string): Promise<readonly string[]> => {
    const label = "com.docker.compose.project";
    const [containers, networks] = await Promise.all([
      engine.docker.listContainers({ all: true, filters: { label: [label] } }),
      engine.docker.listNetworks({ filters: { label: [label] } }),
    ]);
    const projects = [...containers, ...networks].map(({ Labels: labels }) => labels?.[label] ?? "");
    return projects.filter((project) => project.startsWith(`${name}-`));
  };

  test("a killed harness's containers and networks are gone after `rebound restore`", async () => {
    await using killed = await killedOn({ ...oneContainer(), name: "doomed" });
    expect(await leftOf("doomed")).toHaveLength(2);
    expect(await rebound(["restore", killed.out, "--trust"], killed)).toMatchObject({ code: 0 });
    expect(await leftOf("doomed")).toEqual([]);
  });

  test("a killed harness's fault is taken back in a project that runs on after `rebound restore`", async () => {
    const container = engine.docker.getContainer(await composed({}));
    const { State: before } = await container.inspect();
    const names = async (): Promise<readonly string[] | undefined> =>
      (await container.inspect()).NetworkSettings.Networks["shop_default"]?.Aliases;
    const taken = await names();
    await using killed = await killedOn({ ...attached(), edges: [{ from: "front", to: "vec" }] });
    expect((await container.inspect()).State.Paused).toBe(true);
    expect(await names()).not.toContain("vec");
    expect(await rebound(["restore", killed.out, "--trust"], killed)).toMatchObject({ code: 0 });
    const { State: after, NetworkSettings: network } = await container.inspect();
    expect(after).toEqual(before);
    expect(await names()).toEqual(taken);
    const port = network.Ports["8080/tcp"]?.[0]?.HostPort;
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  test("refuses users' requests to a port that will change, and a healer's arm that nobody can start", async () => {
    await composed({});
    const target = { ...attached(), streams: oneContainer().streams };
    await expect(platform.start(target, how, journal, limit())).rejects.toThrow("changes at each restart");
    const unhealed = platform.start(attached(), { ...how, unhealed: true }, journal, limit());
    await expect(unhealed).rejects.toThrow("runs already");
  });

  test("finds nothing unfit in a project that runs as it must", async () => {
    await composed({});
    expect(await platform.unfit?.(attached())).toEqual([]);
    expect(await platform.unfit?.(oneContainer())).toEqual([]);
  });

  test("names an image that is missing before a start", async () => {
    const unfit = await platform.unfit?.(oneContainer({ image: "nobody/has:this" }));
    expect(unfit).toMatchObject([
      { at: ["containers", "compose"], found: expect.stringContaining("nobody/has:this") as string },
    ]);
  });

  test("leaves nothing of a stack whose image is missing, and names the image", async () => {
    const machine = platform.watch();
    const target = oneContainer({ image: "nobody/has:this" });
    await expect(platform.start(target, { ...how, machine }, journal, limit())).rejects.toThrow("nobody/has:this");
    expect(await machine.look()).toMatchObject({ processes: [], folders: [], unseen: [] });
  });
});

test("an engine that does not answer is named, with what to do", async () => {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = "unix:///nobody/listens/here.sock";
  onTestFinished(() => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  });
  const refused = platform.start(oneContainer(), how, journal, limit());
  await expect(refused).rejects.toMatchObject({ code: "environment", hint: expect.stringContaining("DOCKER_HOST") });
});
