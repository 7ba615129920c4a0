import { expect, test } from "vitest";
import { instanceOf, shortName, type SeenTask } from "../../../src/platforms/docker/swarm/cluster.ts";
import type { Engine } from "../../../src/platforms/docker/engine.ts";
import { linkOf } from "../../../src/platforms/docker/swarm/node-link.ts";
import { isTaskRunning } from "../../../src/platforms/docker/swarm/process-control.ts";
import { openSwarmStack, placeOf } from "../../../src/platforms/docker/swarm/stack.ts";
import { offOf } from "../../../src/platforms/docker/swarm/switches.ts";
import { entryOf, wayOf } from "../../../src/platforms/docker/swarm/ways.ts";
import { echoSwarm } from "../../support/swarm-target.ts";

const node = { id: "n", name: "node-2", address: "10.9.0.2", availability: "active", isReady: true } as const;
const task = { id: "t1", container: "0123456789abcdef", node, ports: [{ inside: 8080, published: 32768 }] } as const;

test("an instance is a task in its container, and a service is named without its stack", () => {
  expect(instanceOf(task)).toBe("task t1/0123456789ab");
  expect([shortName("shop", "shop_web"), shortName("shop", "shopping")]).toEqual(["web", "shopping"]);
});

test("a task is asked at its own node, and nowhere where that publishes no port of it", () => {
  const seen = task as unknown as SeenTask;
  expect(placeOf(seen, 8080)).toEqual({ host: "10.9.0.2", port: 32768 });
  expect(placeOf(seen, 9090)).toBe(undefined);
  expect(placeOf({ ...seen, node: undefined }, 8080)).toBe(undefined);
});

test("a pathway without a switch cannot be ablated", () => {
  expect(offOf(echoSwarm(), ["reschedule", "rollback-update"])).toEqual({
    restartCondition: "none",
    failureAction: "pause",
  });
  expect(() => offOf(echoSwarm(), ["restart-replica"])).toThrow("cannot ablate restart-replica");
});

test("what was switched off stands in the undo log as it was, and leads back for this platform alone", () => {
  const switches = [{ service: "s1", name: "back", restarts: "any", onFailure: null }];
  const entry = entryOf({ engine: "unix:///x.sock", stack: "echo", switches });
  expect(wayOf(structuredClone(entry))).toMatchObject({ stack: "echo", switches });
  expect(() => wayOf({ ...entry, platform: "docker" })).toThrow("not for swarm to open");
});

test("a link of this machine's own network is never seen as a node's", async () => {
  expect(await linkOf("127.0.0.1")).toBe(undefined);
});

/** As the manager of Docker 20.10.24 says it. */
type Said = readonly [command: string, state: string, message: string, container: string | null];

async function versionOf(...newestFirst: readonly Said[]): Promise<unknown> {
  const tasks = newestFirst.map(([command, State, Message, ContainerID], index) => ({
    ID: `t${index}`,
    ServiceID: "s1",
    Slot: 1,
    DesiredState: State === "running" ? "running" : "shutdown",
    CreatedAt: `2026-11-30T00:00:0${9 - index}Z`,
    Spec: { ContainerSpec: { Image: "shop:1", Command: [command] } },
    Status: { State, Message, ContainerStatus: ContainerID === null ? null : { ContainerID, PID: 0, ExitCode: 0 } },
  }));
  const spec = { Name: "shop_web", TaskTemplate: { ContainerSpec: { Image: "shop:1" } } };
  const docker = {
    listServices: async () => [{ ID: "s1", Version: { Index: 1 }, Spec: spec }],
    listNodes: async () => [],
    listTasks: async () => tasks,
  };
  const engine = { host: "unix:///x.sock", docker } as unknown as Engine;
  const places = [{ replica: "web-1", of: "web", service: "web", number: 1, port: 80 }];
  return (await openSwarmStack(engine, "shop", places, "shop").inventory())[0]?.version;
}

test("the version is that of the newest task that ever ran, and not of one that never came so far", async () => {
  const before: Said = ["old", "shutdown", "shutdown", "c0ffee"];
  const never: readonly Said[] = [
    ["new", "pending", "pending task scheduling", null],
    ["new", "preparing", "preparing", null],
    ["new", "ready", "prepared", null],
    ["new", "starting", "starting", "c1"],
    ["new", "rejected", "preparing", ""],
    ["new", "shutdown", "shutdown", ""],
    ["new", "shutdown", "pending task scheduling", null],
    ["new", "failed", "starting", "c1"],
    ["new", "orphaned", "node failed", null],
    ["new", "remove", "removed", null],
  ];
  for (const task of never) expect([task, await versionOf(task, before)]).toEqual([task, "shop:1 old"]);
  const ran: readonly Said[] = [
    ["new", "running", "started", "c1"],
    ["new", "complete", "finished", "c1"],
    ["new", "failed", "started", "c1"],
    ["new", "shutdown", "shutdown", "c1"],
    ["new", "orphaned", "node failed", "c1"],
  ];
  for (const task of ran) expect([task, await versionOf(task, before)]).toEqual([task, "shop:1 new"]);
  expect(await versionOf(["new", "rejected", "preparing", ""])).toBe("none");
});

test("whether a task runs is asked of it alone: another container, an end and a forgotten one are none", async () => {
  const said = (State: string, ContainerID: string) => ({
    ID: "t1",
    ServiceID: "s1",
    DesiredState: "running",
    CreatedAt: "2026-11-30T00:00:00Z",
    Spec: { ContainerSpec: { Image: "shop:1" } },
    Status: { State, ContainerStatus: { ContainerID, PID: 0 } },
  });
  const forgotten = Object.assign(new Error("no such task"), { statusCode: 404 });
  const runs = (answer: unknown): Promise<boolean> => {
    const inspect = async (): Promise<unknown> => (answer === forgotten ? Promise.reject(forgotten) : answer);
    const docker = { getTask: (id: string) => ({ inspect: id === "t1" ? inspect : undefined }) };
    const engine = { host: "unix:///x.sock", docker } as unknown as Engine;
    return isTaskRunning(openSwarmStack(engine, "shop", [], "shop"), "task t1/0123456789ab");
  };
  const answers = [
    said("running", "0123456789abcdef"),
    said("running", "fedcba9876543210"),
    said("shutdown", "0123456789abcdef"),
    forgotten,
  ];
  expect(await Promise.all(answers.map(runs))).toEqual([true, false, false, false]);
});
