// Swarm on three engines of this machine, each in a network of its own: what it heals by itself, the faults of a
// cluster with their ways back, and that nothing is left. The Swarm is up once for all of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Site } from "../../src/core/controls.ts";
import type { Fault } from "../../src/core/fault.ts";
import type { Json } from "../../src/core/units.ts";
import { nodeCut } from "../../src/faults/cluster/node-cut.ts";
import { nodeDrain } from "../../src/faults/cluster/node-drain.ts";
import { rolloutCrash } from "../../src/faults/cluster/rollout-crash.ts";
import { processKill } from "../../src/faults/process/process-kill.ts";
import type { StackService, StackSpec } from "../../src/core/stack-spec.ts";
import { openEngine } from "../../src/platforms/docker/engine.ts";
import { servicesOf } from "../../src/platforms/docker/swarm/cluster.ts";
import { deploy, leftOf } from "../../src/platforms/docker/swarm/deploy.ts";
import { swarm as platform } from "../../src/platforms/docker/swarm/platform.ts";
import { surveySwarm } from "../../src/platforms/docker/swarm/survey.ts";
import { openSwarmStack, type SwarmStack } from "../../src/platforms/docker/swarm/stack.ts";
import { offOf, switchBack, switchesOf, switchOff } from "../../src/platforms/docker/swarm/switches.ts";
import { startedEntry } from "../../src/platforms/docker/swarm/ways.ts";
import { enginesIn } from "../support/engine-folders.mjs";
import { noEngine } from "../support/engine.ts";
import { projectRoot } from "../support/rebound-process.ts";
import { echoSwarm } from "../support/swarm-target.ts";
import { openSwarm, type TestSwarm } from "../support/swarm.ts";

const script = join(projectRoot, "test/support/revert-in-fresh-process.mjs");
const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const patient = { timeout: 120_000, interval: 200 };
const how = { cacheDir: "/tmp", seed: 3, ablated: [], unhealed: false };
const journal = { intend: async () => 1, done: async () => undefined };

/** Until the end of the test. */
function asDockerHost(host: string): void {
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = host;
  onTestFinished(() => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  });
}

/** The backs of docker/swarm.yaml: a second front would want the port of the first one. */
function deployable(how: Partial<StackService> = {}): StackSpec {
  const spec = echoSwarm("echo-stack.target.yaml").containers?.deploy;
  if (spec === undefined) throw new Error("the target names no stack file");
  const services = spec.services.filter(({ name }) => name === "back").map((service) => ({ ...service, ...how }));
  return { ...spec, services };
}

describe.skipIf(noEngine !== undefined)("a Swarm of three engines", () => {
  let swarm: TestSwarm;
  let stack: SwarmStack;
  const where = { service: "back", replica: "back-1", seed: 5, undoDir: "/tmp" };
  const handle = (): { platform: string; [field: string]: Json } => ({
    platform: "swarm",
    target: "echo-swarm",
    engine: swarm.host,
    stack: "echo",
    places: places.map((place) => ({ ...place })),
  });
  const places = [1, 2].map((number) => ({
    replica: `back-${number}`,
    of: "back",
    service: "back",
    number,
    port: 8080,
  }));

  beforeAll(async () => {
    swarm = await openSwarm();
    stack = openSwarmStack(await openEngine(swarm.host), "echo", places, "echo-swarm");
  });
  afterAll(() => swarm?.[Symbol.asyncDispose]());

  async function site(): Promise<Site> {
    return { ...where, controls: (await platform.reopen(handle())).controls(where) };
  }
  const allRun = async (): Promise<boolean> => (await stack.look()).every(({ instance }) => instance !== undefined);
  const limits = async (): Promise<unknown> =>
    (await surveySwarm(stack)).processes.map(({ instance, limits: says }) => [instance, says]);

  async function reverted(fault: Fault, undo: Json): Promise<unknown> {
    const { seed, undoDir, ...at } = where;
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(
      JSON.stringify({ kind: "fault", fault: fault.name, site: at, seed, undoDir, undo, handle: handle() }),
    );
    let said = "";
    child.stdout.on("data", (part: Buffer) => (said += part.toString()));
    await once(child, "close");
    return JSON.parse(said);
  }

  const cases: readonly Fault[] = [processKill, rolloutCrash, nodeDrain, nodeCut];
  test.each(cases.map((fault) => [fault.name, fault] as const))(
    "%s shows, is healed by Swarm, and is taken back by a fresh process",
    async (_name, fault) => {
      await expect.poll(allRun, patient).toBe(true);
      const [at, before] = [await site(), await limits()];
      const instances = async (): Promise<unknown> =>
        (await stack.look()).flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
      const first = await instances();
      const undo = await fault.prepare(fault.parse({}), at);
      expect(await fault.apply(fault.parse({}), undo, at, limit())).toMatchObject({ confirmed: true });
      // Another task in a slot, while the fault is in place: nobody but Swarm puts it there. Of an update, it chooses
      // which slot is the first.
      const another = async (): Promise<boolean> => (await allRun()) && !isDeepStrictEqual(await instances(), first);
      await expect.poll(another, patient).toBe(true);
      expect(await reverted(fault, undo)).toMatchObject({ confirmed: true });
      expect(await fault.revert(undo, at, limit())).toMatchObject({ confirmed: true });
      await expect.poll(limits, patient).toEqual(before);
    },
  );

  test("shows an update that Swarm took back by the version that is back, and says that it was Swarm", async () => {
    await expect.poll(async () => (await stack.look()).some(({ isUpdating }) => isUpdating), patient).toBe(false);
    const at = await site();
    const versions = async (): Promise<unknown> => (await stack.inventory()).map(({ version }) => version);
    const hands = async (): Promise<readonly unknown[]> =>
      (await stack.inventory()).map(({ state }) => state?.["rollback"]);
    const [before, hand] = [await versions(), await hands()];
    const undo = await rolloutCrash.prepare(rolloutCrash.parse({}), at);
    await rolloutCrash.apply(rolloutCrash.parse({}), undo, at, limit());
    const isOld = (one: unknown): boolean => one === "none" || hand.includes(one);
    await expect.poll(async () => (await hands()).some(isOld), patient).toBe(false);
    await expect.poll(versions, patient).toEqual(before);
    // Given back by hand it is nobody's rollback.
    await expect.poll(async () => (await stack.look()).some(({ isUpdating }) => isUpdating), patient).toBe(false);
    await at.controls.rollouts?.rollOut(["sh", "-c", "sleep 600"]);
    await expect.poll(hands, patient).toEqual(["none", "none"]);
    expect(await rolloutCrash.revert(undo, at, limit())).toMatchObject({ confirmed: true });
    await expect.poll(versions, patient).toEqual(before);
    expect(await hands()).toEqual(["none", "none"]);
  });

  test("does not replace what ended where its restart condition is switched off, and does again after", async () => {
    await expect.poll(allRun, patient).toBe(true);
    const before = await limits();
    const switches = await switchesOf(stack.engine, "echo", offOf(echoSwarm(), ["reschedule", "rollback-update"]));
    await switchOff(stack.engine, switches);
    const specs = (await servicesOf(stack.engine, "echo")).map(({ Spec: spec }) => [
      spec.TaskTemplate.RestartPolicy?.Condition,
      spec.UpdateConfig?.FailureAction,
    ]);
    expect(specs).toEqual([
      ["none", "pause"],
      ["none", "pause"],
    ]);
    const restarts = async (): Promise<unknown> =>
      (await stack.look()).map(({ task }) => (task?.runs === true ? task.restarts : "down"));
    await expect.poll(restarts, patient).toEqual(["none", "none"]);
    const control = (await site()).controls.process;
    const first = (await control?.find()) ?? "";
    await control?.signal(first, "SIGKILL");
    await expect.poll(() => control?.find(), patient).toBe(undefined);
    // The manager has seen it end, and wants no other one.
    await expect.poll(async () => (await stack.look())[0]?.task?.failed, patient).toBe(true);
    expect((await stack.look())[0]?.task?.wanted).toBe(false);
    // Its way back has the slot filled, though the manager wants no task in it.
    expect(await (await site()).controls.replica?.ensureRunning(limit())).toMatchObject({ started: true });
    expect(await control?.find()).toEqual(expect.any(String));
    await switchBack(stack.engine, switches);
    expect(await limits()).toEqual(before);
    await expect.poll(restarts, patient).toEqual(["any", "any"]);
  });

  test("refuses a stack that does not say that chaos is allowed, and one that is not there", async () => {
    asDockerHost(swarm.host);
    const Labels = { "com.docker.stack.namespace": "silent" };
    const TaskTemplate = { ContainerSpec: { Image: "busybox:stable" } };
    const service = await swarm.manager.createService({
      Name: "silent_web",
      Labels,
      TaskTemplate,
      Mode: { Replicated: { Replicas: 0 } },
    });
    onTestFinished(() => swarm.manager.getService(service.id).remove());
    const of = (name: string) => ({ ...echoSwarm(), containers: { stack: name } });
    await expect(platform.start(of("silent"), how, journal, limit())).rejects.toThrow("does not allow chaos");
    await expect(platform.start(of("nobody"), how, journal, limit())).rejects.toThrow("has no stack nobody");
  });

  test("starts the services of a stack file under a name of their own, and removes all of them in another process", async () => {
    const engine = await openEngine(swarm.host);
    const spec = deployable();
    const marker = "deployed-by-a-test";
    await deploy(engine, { spec, name: "own", marker });
    const own = openSwarmStack(engine, "own", places, "echo-swarm");
    await expect.poll(async () => (await own.look()).every(({ task }) => task?.runs === true), patient).toBe(true);
    // The other stack of the same file goes on.
    expect(await leftOf(engine, marker)).toEqual([
      "service own_back",
      expect.stringMatching(/^task /),
      expect.stringMatching(/^task /),
      "network own_inner",
    ]);
    const entry = startedEntry({ engine: swarm.host, marker });
    expect(platform.isStack(entry)).toBe(true);
    expect(await platform.takeBack(entry, { graceMs: 0, signal: limit() })).toEqual({ ok: true, says: "gone" });
    expect(await leftOf(engine, marker)).toEqual([]);
    expect(await platform.takeBack(entry, { graceMs: 0, signal: limit() })).toEqual({ ok: true, says: "gone" });
    expect(await allRun()).toBe(true);
  });

  test("says why a stack of its own does not come up, and leaves nothing of it", async () => {
    asDockerHost(swarm.host);
    const spec = deployable({ image: "nobody/has:this" });
    const { start, services: all, ...rest } = echoSwarm();
    const services = all.filter(({ name }) => name === "back");
    const target = { ...rest, services, start: { ...start, timeoutMs: 5_000 }, containers: { deploy: spec } };
    const machine = platform.watch();
    const begun = platform.start(target, { ...how, machine }, journal, limit());
    await expect(begun).rejects.toThrow(
      /no task runs in slot 1 of the service back.*: No such image: nobody\/has:this/,
    );
    expect(await machine.look()).toMatchObject({ processes: [], folders: [], unseen: [] });
  });

  test("leaves nothing: no engine, no task, no mount, no control group, no device in this machine's network", async () => {
    const folder = dirname(dirname(new URL(swarm.host).pathname));
    const pids = swarm.nodes.map(({ pid }) => pid);
    expect((await enginesIn(folder)).length).toBeGreaterThan(3);
    await swarm[Symbol.asyncDispose]();
    expect([await enginesIn(folder), existsSync(folder)]).toEqual([[], false]);
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
    const groups = readdirSync("/sys/fs/cgroup").map((name) => `/sys/fs/cgroup/${name}/${basename(folder)}`);
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
    expect(readdirSync("/sys/class/net").filter((name) => /^node-\d|^bridge$/.test(name))).toEqual([]);
  });
});
