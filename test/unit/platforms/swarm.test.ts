import { expect, test } from "vitest";
import { instanceOf, shortName, type SeenTask } from "../../../src/platforms/docker/swarm/cluster.ts";
import { linkOf } from "../../../src/platforms/docker/swarm/node-link.ts";
import { placeOf } from "../../../src/platforms/docker/swarm/stack.ts";
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
