// Swarm with three managers on this machine: the one that leads is cut off, the others elect another one, which places
// what ran there elsewhere; its link is given back without a leader to ask. Never more than the group can lose.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Site } from "../../src/core/controls.ts";
import { leaderCut } from "../../src/faults/cluster/leader-cut.ts";
import { openEngine } from "../../src/platforms/docker/engine.ts";
import { swarm as platform } from "../../src/platforms/docker/swarm/platform.ts";
import { openSwarmStack, type SwarmStack } from "../../src/platforms/docker/swarm/stack.ts";
import { noEngine } from "../support/engine.ts";
import { projectRoot } from "../support/rebound-process.ts";
import { openSwarm, type TestSwarm } from "../support/swarm.ts";

const script = join(projectRoot, "test/support/revert-in-fresh-process.mjs");
const limit = (): AbortSignal => AbortSignal.timeout(120_000);
const patient = { timeout: 120_000, interval: 200 };

describe.skipIf(noEngine !== undefined)("a Swarm of three managers", () => {
  let swarm: TestSwarm;
  let stack: SwarmStack;
  const where = { service: "back", replica: "back-1", seed: 5, undoDir: "/tmp" };
  const places = [1, 2].map((number) => ({
    replica: `back-${number}`,
    of: "back",
    service: "back",
    number,
    port: 8080,
  }));

  beforeAll(async () => {
    // Other addresses than those of the other test's cluster: links are found by them.
    swarm = await openSwarm(3, "192.168.214");
    stack = openSwarmStack(await openEngine(swarm.host), "echo", places, "echo-swarm");
  });
  afterAll(() => swarm?.[Symbol.asyncDispose]());

  const handle = () => ({
    platform: "swarm",
    target: "echo-swarm",
    engine: swarm.host,
    stack: "echo",
    places: places.map((place) => ({ ...place })),
  });
  async function site(of = handle()): Promise<Site> {
    return { ...where, controls: (await platform.reopen(of)).controls(where) };
  }
  const params = leaderCut.parse({});
  const leader = async (): Promise<string> =>
    (await site()).controls.managers?.look().then((look) => look.leader.name, String) ?? "";

  const unreached = async (): Promise<unknown> =>
    (await site()).controls.managers?.look().then((look) => look.unreached, String);

  async function reverted(undo: unknown): Promise<unknown> {
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const { seed, undoDir, ...at } = where;
    child.stdin.end(
      JSON.stringify({ kind: "fault", fault: leaderCut.name, site: at, seed, undoDir, undo, handle: handle() }),
    );
    let said = "";
    child.stdout.on("data", (part: Buffer) => (said += part.toString()));
    await once(child, "close");
    return JSON.parse(said);
  }

  test("another one is elected and places what ran there; a fresh process gives the link back", async () => {
    const at = await site();
    expect(await leader()).toBe("node-3");
    const lost = (await stack.look()).find(({ task }) => task?.node?.name === "node-3");
    expect(lost?.task?.runs).toBe(true);
    const undo = await leaderCut.prepare(params, at);
    expect(await leaderCut.apply(params, undo, at, limit())).toMatchObject({ confirmed: true });
    await expect.poll(leader, patient).toMatch(/^node-[12]$/);
    const elsewhere = async (): Promise<string | undefined> =>
      (await stack.look()).find(({ replica }) => replica === lost?.replica)?.task?.node?.name;
    await expect.poll(elsewhere, patient).toBe("node-2");

    // Of three two are left: without another one there would be none to lead.
    const second = await site();
    const refused = (await leader()) === "node-1" ? "is the manager that is asked" : "none could be elected";
    await expect(leaderCut.prepare(params, second)).rejects.toThrow(refused);

    expect(await reverted(undo)).toMatchObject({ confirmed: true });
    expect(await leaderCut.revert(undo, at, limit())).toMatchObject({ confirmed: true });
    await expect.poll(unreached, patient).toEqual([]);
  });

  test("the manager that is asked is not cut off", async () => {
    await expect.poll(leader, patient).toMatch(/^node-/);
    const leading = await leader();
    const own = swarm.nodes.find(({ name }) => name === leading);
    const begun = leaderCut.prepare(params, await site({ ...handle(), engine: own?.host ?? "" }));
    await expect(begun).rejects.toThrow("is the manager that is asked");
  });
});
