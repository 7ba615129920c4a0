import { expect, test } from "vitest";
import type { EndOrder, ToldEnd } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerKill } from "../../../../src/faults/container/container-kill.ts";
import { containerStop } from "../../../../src/faults/container/container-stop.ts";

const signal = new AbortController().signal;

/** A container with that policy, whose program may outlive a signal. */
function containerWith(policy: string, outlives = false): { site: Site; orders: EndOrder[] } {
  const orders: EndOrder[] = [];
  let lives = true;
  let name = "a";
  let told: ToldEnd[] = [];
  const controls = {
    process: {
      find: async () => (lives ? name : undefined),
      signal: async () => undefined,
      isAlive: async (instance: string) => lives && instance === name,
      isStopped: async () => false,
    },
    engine: {
      async end(_instance: string, order: EndOrder) {
        orders.push(order);
        const at = Date.now();
        told = [{ what: order.kind, at }];
        lives = outlives;
        if (!outlives) told = [{ what: "die", at, exitCode: 137 }, ...told];
      },
      policy: async () => policy,
      told: async (_instance: string, since: number) => told.filter(({ at }) => at >= since),
    },
    replica: {
      async ensureRunning() {
        const started = !lives;
        if (started) name = "b";
        lives = true;
        return { started, instance: name };
      },
    },
  };
  return { site: { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls }, orders };
}

test.each<[Fault, EndOrder, object]>([
  [containerKill, { kind: "kill", signal: "SIGTERM" }, { signal: "SIGTERM" }],
  [containerStop, { kind: "stop", graceMs: 3_000 }, { grace: "3s" }],
])("$name says whose doing it is that the policy stays out", async (fault, order, input) => {
  const { site, orders } = containerWith("unless-stopped");
  const params = fault.parse(input);
  const undo = await fault.prepare(params, site);
  expect(await fault.apply(params, undo, site, signal)).toMatchObject({
    confirmed: true,
    seen: "it is gone (exit code 137); its restart policy unless-stopped takes such an order for a wish and starts nothing, which is the engine's own rule",
  });
  expect(orders).toEqual([order]);
  expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  await expect(fault.apply(params, undo, containerWith("no", true).site, AbortSignal.timeout(200))).rejects.toThrow();
});

test("a program that outlived the engine's signal has a policy that is not armed, which is no way back", async () => {
  const { site } = containerWith("always", true);
  const params = containerKill.parse({ signal: "SIGTERM" });
  const undo = await containerKill.prepare(params, site);
  expect(await containerKill.revert(undo, site, signal)).toMatchObject({ confirmed: true });
  await site.controls.engine?.end("a", { kind: "kill", signal: "SIGTERM" });
  const evidence = await containerKill.revert(undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: false });
  expect(evidence.seen).toContain("its restart policy always is not armed");
});
