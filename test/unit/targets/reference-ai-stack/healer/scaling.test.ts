// Scaling out and in on a stack in memory: as many as are needed, up to a bound, and back when they are not.
import { describe, expect, it } from "vitest";
import { NUMBERS } from "../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";

const own = ["inference-1", "inference-2"] as const;

/** Both replicas of the start have so much to do. */
function load({ server }: FakeStack, running: number, waiting: number): void {
  for (const name of own) Object.assign(server(name), { running, waiting, serving: 3 });
}

const members = ({ replicas }: FakeStack): number => replicas.filter(({ service }) => service === "inference").length;

describe("scaling out", () => {
  it("adds replicas for a queue that grows everywhere, and touches nothing else", async () => {
    const stack = createFakeStack({ seed: 3 });
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(15_000);
    expect(stack.touched).toEqual(["add inference"]);
    expect(members(stack)).toBe(3);
    expect(stack.events.map(({ type }) => type)).toEqual(
      "detected classified decided action.started action.finished verified closed".split(" "),
    );
  });

  it("is heard although the surge behind the queue was seen first, and held", async () => {
    const stack = createFakeStack({ seed: 3, perSecond: 12 });
    await stack.pass(30_000);
    stack.load.perSecond *= 2;
    await stack.pass(8000);
    expect(stack.said()).toContain("held");
    load(stack, 8, 10);
    await stack.pass(6000);
    expect(stack.touched[0]).toBe("add inference");
  });

  it("ends at its bound: the service is reduced then, and no replica more is added", async () => {
    const stack = createFakeStack({ seed: 3 });
    while (members(stack) < NUMBERS.scaling.mostReplicas) stack.join("inference");
    await stack.pass(15_000);
    for (const { replica, service } of stack.replicas) {
      if (service === "inference") Object.assign(stack.server(replica), { running: 8, waiting: 10, serving: 3 });
    }
    await stack.pass(15_000);
    expect(stack.touched).toEqual(["reduce inference 1"]);
  });

  it("may end earlier, where the stack says that its service may have no more replicas", async () => {
    const stack = createFakeStack({ seed: 3 });
    for (const name of own) stack.find(name).most = 2;
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(15_000);
    expect(stack.touched).toEqual(["reduce inference 1"]);
  });

  it("leaves to a person what is still short although the service is reduced already", async () => {
    const stack = createFakeStack({ seed: 3 });
    for (const name of own) Object.assign(stack.find(name), { most: 2, reduced: 3 });
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(15_000);
    expect(stack.touched).toEqual([]);
    expect(stack.said()).toContain("escalated");
  });

  it("touches nothing for a queue that drains by itself, with room for more replicas or without", async () => {
    const stack = createFakeStack({ seed: 3 });
    for (const name of own) stack.find(name).most = 2;
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(1000);
    load(stack, 4, 0);
    await stack.pass(15_000);
    expect(stack.touched).toEqual([]);
  });

  it("counts to its bound who is drained or down, too: they have their places, and come back", async () => {
    const stack = createFakeStack({ seed: 3 });
    while (members(stack) < NUMBERS.scaling.mostReplicas) stack.join("inference");
    const [, , drained] = stack.replicas.filter(({ service }) => service === "inference");
    if (drained === undefined) throw new Error("no third replica");
    drained.weight = 0;
    await stack.pass(15_000);
    for (const { replica, service } of stack.replicas) {
      if (service === "inference") Object.assign(stack.server(replica), { running: 8, waiting: 10, serving: 3 });
    }
    await stack.pass(15_000);
    expect(stack.touched.filter((what) => what.startsWith("add"))).toEqual([]);
  });

  it("is no answer where nothing is done at all: replicas that hang queue, too, and more of them would hang", async () => {
    const stack = createFakeStack({ seed: 3 });
    await stack.pass(15_000);
    for (const name of own) Object.assign(stack.server(name), { running: 8, waiting: 10, serving: 0 });
    await stack.pass(30_000);
    expect(stack.touched.filter((what) => what.startsWith("add"))).toEqual([]);
  });

  it("is not stopped by the blast radius while below its bound, since it touches nobody who is there", async () => {
    const stack = createFakeStack({ seed: 3 });
    while (members(stack) < NUMBERS.scaling.mostReplicas - 1) stack.join("inference");
    await stack.pass(15_000);
    for (const { replica, service } of stack.replicas) {
      if (service === "inference") Object.assign(stack.server(replica), { running: 8, waiting: 10, serving: 3 });
    }
    await stack.pass(15_000);
    expect(stack.touched).toEqual(["add inference"]);
  });

  it("with its action switched off says that it was done, sees no more replicas, and never calls it healed", async () => {
    const stack = createFakeStack({ seed: 3, noops: ["scale-inference"] });
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(30_000);
    expect(stack.touched).toEqual([]);
    expect(stack.said()).not.toContain("closed");
    expect(stack.events.find(({ type }) => type === "verified")).toMatchObject({ detail: { outcome: "not-healed" } });
  });
});

describe("scaling in", () => {
  it("takes the replica that joined last, after 60 s, and leaves those of the start alone", async () => {
    const stack = createFakeStack({ seed: 3 });
    await stack.pass(15_000);
    load(stack, 8, 10);
    await stack.pass(10_000);
    load(stack, 1, 0);
    await stack.pass(50_000);
    expect(stack.touched).toEqual(["add inference"]);
    await stack.pass(60_000);
    expect(stack.touched).toEqual(["add inference", "remove inference-3"]);
  });
});
