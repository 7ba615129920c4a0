import { expect, test } from "vitest";
import type { EndOrder, MaybeOrdered, OrderOutcome, ToldEnd } from "../../../../src/core/container-controls.ts";
import type { Site } from "../../../../src/core/controls.ts";
import type { EventControl, ToldEffect } from "../../../../src/core/told-effect.ts";
import type { Json } from "../../../../src/core/units.ts";
import type { Fault } from "../../../../src/core/fault.ts";
import { containerKill } from "../../../../src/faults/container/container-kill.ts";
import { containerStop } from "../../../../src/faults/container/container-stop.ts";
import { processKill } from "../../../../src/faults/process/process-kill.ts";

const signal = new AbortController().signal;

interface Outliving {
  readonly outlives?: boolean;
  readonly outcome?: OrderOutcome;
}

interface Container {
  readonly site: Site;
  readonly orders: EndOrder[];
  readonly waits: MaybeOrdered[];
}

/** A container with that policy, whose program may outlive a signal; `outcome`: of an order that may be under way. */
function containerWith(policy: string, { outlives = false, outcome = "gone" }: Outliving = {}): Container {
  const orders: EndOrder[] = [];
  const waits: MaybeOrdered[] = [];
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
      async settled(_instance: string, ordered: MaybeOrdered) {
        waits.push(ordered);
        if (outcome === "gone") lives = false;
        return outcome;
      },
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
  return { site: { service: "web", replica: "web-1", seed: 1, undoDir: "/nowhere", controls }, orders, waits };
}

test.each<[Fault, EndOrder, object]>([
  [containerKill, { kind: "kill", signal: "SIGTERM" }, { signal: "SIGTERM" }],
  [containerStop, { kind: "stop", graceMs: 3_000 }, { grace: "3s" }],
])("$name says whose doing it is that the policy stays out", async (fault, order, input) => {
  const { site, orders, waits } = containerWith("unless-stopped");
  const params = fault.parse(input);
  const undo = await fault.prepare(params, site);
  expect(await fault.apply(params, undo, site, signal)).toMatchObject({
    confirmed: true,
    seen: "it is gone (exit code 137); its restart policy unless-stopped takes such an order for a wish and starts nothing, which is the engine's own rule",
  });
  expect(orders).toEqual([order]);
  expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true, seen: "started again as b" });
  expect(waits).toEqual([{ order, since: (undo as { from: number }).from }]);
  const stubborn = containerWith("no", { outlives: true }).site;
  await expect(fault.apply(params, undo, stubborn, AbortSignal.timeout(200))).rejects.toThrow();
});

test("what runs is the way back where the engine knows that no order came", async () => {
  const { site } = containerWith("always", { outcome: "untold" });
  const undo = await containerKill.prepare(containerKill.parse({}), site);
  expect(await containerKill.revert(undo, site, signal)).toMatchObject({ confirmed: true });
});

test.each<[OrderOutcome, string, string]>([
  ["ending", "always", "it was ordered to end, and has outlived that up to now"],
  ["ending", "no", "it was ordered to end, and has outlived that up to now"],
  ["unknown", "always", "the engine has forgotten whether it was ordered to end"],
])("what runs is no way back where the order is %s (policy %s)", async (outcome, policy, words) => {
  const { site } = containerWith(policy, { outlives: true, outcome });
  const undo = await containerKill.prepare(containerKill.parse({ signal: "SIGTERM" }), site);
  const evidence = await containerKill.revert(undo, site, signal);
  expect(evidence).toMatchObject({ confirmed: false });
  expect(evidence.seen).toContain(words);
  expect(evidence.seen.includes("is not armed")).toBe(policy === "always");
});

test.each<[Fault, readonly string[]]>([
  [containerKill, ["order"]],
  [containerStop, ["order", "from"]],
  [containerStop, ["order", "from", "instance"]],
])("$name starts what an undo of a version before names, and leaves open whether it is back (%#)", async (...row) => {
  const [fault, missing] = row;
  const { site, waits } = containerWith("always", { outcome: "untold" });
  const whole = Object.entries((await fault.prepare(fault.parse({}), site)) as object);
  const old = Object.fromEntries(whole.filter(([name]) => !missing.includes(name))) as Json;
  expect(await fault.revert(old, site, signal)).toMatchObject({
    confirmed: false,
    seen: "already ran, as a; its way back is of another version and does not say what it was ordered: restart it",
  });
  expect(waits).toEqual([]);
});

/** What was handed on of an end of which the engine tells these events. */
async function handedOn(fault: Fault, input: object, events: readonly ("kill" | "die")[]): Promise<ToldEffect[]> {
  const { site: bare } = containerWith("no");
  const effects: ToldEffect[] = [];
  const instants = { kill: { lo: 100, hi: 101 }, die: { lo: 8_100, hi: 8_101 } };
  const control: EventControl = {
    hear: async () => ({
      told: async (event) => events.filter((one) => one === event).map((one) => instants[one]),
    }),
  };
  const site: Site = {
    ...bare,
    controls: { ...bare.controls, events: control, process: mortal(bare) },
    effectTold: (effect) => void effects.push(effect),
  };
  const params = fault.parse(input);
  await fault.apply(params, await fault.prepare(params, site), site, signal);
  return effects;
}

/** Its signals end it, too, and not only the engine's orders. */
function mortal({ controls: { process } }: Site): NonNullable<Site["controls"]["process"]> {
  if (process === undefined) throw new Error("no process");
  let signalled = false;
  return {
    ...process,
    signal: async () => void (signalled = true),
    isAlive: async (instance) => !signalled && (await process.isAlive(instance)),
  };
}

const die = { by: "engine", event: "die", lo: 8_100, hi: 8_101 };
const since = { by: "engine", event: "kill", lo: 100, hi: 8_101 };

test.each<[Fault, object, readonly ("kill" | "die")[], readonly object[]]>([
  [containerKill, { signal: "SIGKILL" }, ["kill", "die"], [die]],
  [containerKill, { signal: "SIGTERM" }, ["kill", "die"], [since]],
  [containerStop, {}, ["kill", "die"], [since]],
  [containerStop, {}, ["die"], []],
  [containerStop, {}, ["kill"], []],
  [processKill, { signal: "SIGKILL" }, ["die"], [die]],
  [processKill, { signal: "SIGTERM" }, ["die"], []],
  [processKill, { signal: "SIGINT" }, ["die"], []],
  [processKill, { signal: "SIGQUIT" }, ["die"], []],
])("a program that may end by itself may refuse users long before it has: $name (%#)", async (...row) => {
  const [fault, input, events, effects] = row;
  expect(await handedOn(fault, input, events)).toEqual(effects);
});
