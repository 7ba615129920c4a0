import { expect, test } from "vitest";
import { createFakeStack } from "./fake-stack.ts";
import type { FakeStack } from "./fake-stack.ts";

const HEALED = [
  "detected",
  "classified",
  "decided",
  "action.started",
  "action.finished",
  "verified",
  "closed",
] as const;
type Harmable = Pick<FakeStack, "find">;
const TRIED = ["decided", "action.started", "action.finished", "verified"] as const;

async function running(options: Parameters<typeof createFakeStack>[0]): Promise<FakeStack & { t0: number }> {
  const stack = createFakeStack(options);
  await stack.pass(10_000);
  expect(stack.said()).toEqual([]);
  return { ...stack, t0: stack.clock.now() };
}

function detailOf(stack: FakeStack, type: string): { pathway?: string; class?: string; outcome?: string } {
  return stack.events.find((event) => event.type === type)?.detail ?? {};
}

test.each(["vector-1", "inference-2", "embedder", "gateway"])(
  "a dead %s is restarted and only then closed",
  async (name) => {
    const stack = await running({ seed: 1 });
    stack.find(name).pid = null;
    await stack.pass(8000);
    expect(stack.said()).toEqual(HEALED);
    expect(stack.events.every((event) => event.incident.scope.replica === name)).toBe(true);
    expect(detailOf(stack, "classified").class).toBe("replica-down");
    expect(stack.touched).toEqual([`restart ${name}`]);
    expect(stack.after("detected", stack.t0)).toBeLessThanOrEqual(300);
    expect(stack.after("closed", stack.t0) - stack.after("action.finished", stack.t0)).toBeGreaterThanOrEqual(3000);
  },
);

test.each([1, 2, 3, 4, 5])(
  "a replica that answers 400 ms later loses its traffic to its sibling (seed %i)",
  async (seed) => {
    const stack = await running({ seed });
    stack.find("inference-1").edgeMs = 400;
    await stack.pass(15_000);
    expect(stack.said()).toEqual(HEALED);
    expect(stack.events[0]?.incident.scope).toEqual({ service: "inference", replica: "inference-1" });
    expect(detailOf(stack, "classified").class).toBe("replica-slow");
    expect(stack.touched).toEqual(["weight inference-1 0"]);
    expect(stack.after("detected", stack.t0)).toBeLessThanOrEqual(6000);
  },
);

test("a replica that dies while it is looked at for slowness is restarted, not drained", async () => {
  const stack = await running({ seed: 9 });
  stack.find("inference-1").edgeMs = 900;
  await stack.pass(700);
  stack.find("inference-1").pid = null;
  await stack.pass(10_000);
  expect(stack.touched).toEqual(["restart inference-1"]);
});

test("a drained replica stays drained and is not reported again", async () => {
  const stack = await running({ seed: 6 });
  stack.find("inference-2").edgeMs = 400;
  await stack.pass(90_000);
  expect(stack.said()).toEqual(HEALED);
  expect(stack.find("inference-2").weight).toBe(0);
});

test("a damaged index is taken over from the peer that was found whole", async () => {
  const stack = await running({ seed: 7 });
  stack.find("vector-2").damagedShare = 0.3;
  await stack.pass(8000);
  expect(stack.said()).toEqual(HEALED);
  expect(detailOf(stack, "classified").class).toBe("index-damaged");
  expect(stack.touched).toEqual(["index vector-2 from vector-1"]);
  expect(stack.after("detected", stack.t0)).toBeLessThanOrEqual(3000);
});

test("an index is restored from the snapshot when the peer is damaged too", async () => {
  const stack = await running({ seed: 8 });
  stack.find("vector-1").damagedShare = 0.3;
  stack.find("vector-2").damagedShare = 0.3;
  await stack.pass(10_000);
  expect(stack.touched.toSorted()).toContain("index vector-1 from snapshot");
  expect(stack.find("vector-1").damagedShare).toBe(0);
  expect(stack.find("vector-2").damagedShare).toBe(0);
});

test("an index that holds all, and whose links lead past much of it, is linked anew from what it holds", async () => {
  const stack = await running({ seed: 9 });
  stack.find("vector-2").unlinkedShare = 0.6;
  await stack.pass(8000);
  expect(stack.said()).toEqual(HEALED);
  expect(detailOf(stack, "classified").class).toBe("index-damaged");
  expect(stack.touched).toEqual(["relink vector-2"]);
});

test("an index that was linked anew, and does not find its rows all the same, is restored", async () => {
  const stack = await running({ seed: 10, noops: ["refresh-vector-index"] });
  stack.find("vector-2").unlinkedShare = 0.6;
  await stack.pass(40_000);
  expect(stack.said()).toEqual(["detected", "classified", ...TRIED, ...HEALED.slice(2)]);
  expect(stack.touched).toEqual(["index vector-2 from vector-1"]);
});

test.each([1, 2, 3, 4, 5, 6])(
  "half as much load again is held with reasons and nothing is touched (seed %i)",
  async (seed) => {
    const stack = await running({ seed });
    await stack.pass(5000);
    stack.load.perSecond *= 1.5;
    await stack.pass(60_000);
    expect(stack.said()).toEqual(["detected", "classified", "decided", "held"]);
    expect(detailOf(stack, "classified").class).toBe("demand-surge");
    expect(stack.events[3]?.detail.reasons.join(" ")).toContain("nothing is touched");
    expect(stack.touched).toEqual([]);
  },
);

test.each([11, 12, 13])(
  "ten quiet minutes on a stuttering machine bring no incident (seed %i)",
  async (seed) => {
    const stack = createFakeStack({ seed });
    for (let n = 0; n < 120; n += 1) {
      await stack.pass(4700);
      stack.load.stutterMs = 300;
      await stack.pass(300);
      stack.load.stutterMs = 0;
    }
    expect(stack.said()).toEqual([]);
    expect(stack.touched).toEqual([]);
  },
  60_000,
);

test.each([
  [
    "restart-replica",
    (stack: Harmable): void => {
      stack.find("inference-1").pid = null;
    },
  ],
  [
    "redistribute-traffic",
    (stack: Harmable): void => {
      stack.find("inference-1").edgeMs = 400;
    },
  ],
  [
    "restore-index",
    (stack: Harmable): void => {
      stack.find("vector-1").damagedShare = 0.2;
    },
  ],
] as const)(
  "with %s switched off it is tried three times, honestly not healed, and escalated",
  async (pathway, harm) => {
    const stack = await running({ seed: 21, noops: [pathway] });
    harm(stack);
    await stack.pass(120_000);
    expect(stack.said()).toEqual(["detected", "classified", ...TRIED, ...TRIED, ...TRIED, "decided", "escalated"]);
    expect(stack.touched).toEqual([]);
    const outcomes = stack.events.filter((event) => event.type === "verified").map((event) => event.detail.outcome);
    expect(outcomes).toEqual(["not-healed", "not-healed", "not-healed"]);
    const starts = stack.events.filter((event) => event.type === "action.started").map((event) => event.at);
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeGreaterThanOrEqual(20_000);
  },
);

test("trouble that goes while the healer waits to try again is closed without a further action", async () => {
  const stack = await running({ seed: 22, noops: ["restart-replica"] });
  stack.find("vector-1").pid = null;
  await stack.pass(10_000);
  stack.find("vector-1").pid = 77;
  await stack.pass(20_000);
  expect(stack.said().filter((type) => type === "action.started")).toHaveLength(1);
  expect(stack.said().at(-1)).toBe("closed");
});

test("with most of the stack sick at once the brake holds every hand back and a person is called", async () => {
  const stack = await running({ seed: 23 });
  for (const name of ["vector-1", "vector-2", "inference-1"]) stack.find(name).pid = null;
  await stack.pass(10_000);
  expect(stack.touched).toEqual([]);
  expect(stack.said().filter((type) => type === "escalated")).toHaveLength(3);
});

test("when nothing at all can be seen one incident doubts the healer's own sight", async () => {
  const stack = await running({ seed: 24 });
  for (const one of stack.replicas) one.pid = null;
  await stack.pass(10_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(stack.events[0]?.incident.scope).toEqual({ service: "stack" });
  expect(stack.touched).toEqual([]);
});

test("a stack that is still starting is not sick", async () => {
  const stack = createFakeStack({ seed: 25, perSecond: 0 });
  stack.find("gateway").pid = null;
  await stack.pass(10_000);
  stack.find("gateway").pid = 9;
  await stack.pass(5000);
  expect(stack.said()).toEqual([]);
});

test("a replica that lives but fails its requests is unknown and goes to a person", async () => {
  const stack = await running({ seed: 26 });
  stack.find("inference-1").failing = true;
  await stack.pass(15_000);
  expect(stack.said()).toEqual(["detected", "classified", "decided", "escalated"]);
  expect(detailOf(stack, "classified").class).toBe("unknown");
  expect(stack.touched).toEqual([]);
});

test("a replica that hangs is restarted, but not for one late answer", async () => {
  const stack = await running({ seed: 27 });
  stack.find("vector-1").hung = true;
  await stack.pass(1200);
  stack.find("vector-1").hung = false;
  await stack.pass(5000);
  expect(stack.said()).toEqual([]);
  const hungAt = stack.clock.now();
  stack.find("vector-1").hung = true;
  await stack.pass(15_000);
  expect(stack.said()).toEqual(HEALED);
  expect(stack.after("detected", hungAt)).toBeLessThanOrEqual(3000);
});

test("a replica that dies again and again is not restarted for ever", async () => {
  const stack = await running({ seed: 28 });
  for (let n = 0; n < 5; n += 1) {
    stack.find("vector-1").pid = null;
    await stack.pass(24_000);
  }
  expect(stack.touched).toHaveLength(3);
  expect(stack.said().at(-1)).toBe("escalated");
});

test("the second time the same trouble is reported after fewer checks", async () => {
  const stack = await running({ seed: 31 });
  const sick = stack.find("inference-1");
  const checks: number[] = [];
  for (const incidents of [1, 2]) {
    const before = sick.checks;
    sick.edgeMs = 400;
    await stack.pass(20_000);
    expect(stack.said().filter((type) => type === "closed")).toHaveLength(incidents);
    checks.push(sick.checks - before);
    sick.edgeMs = 0;
    sick.weight = 1;
    await stack.pass(20_000);
  }
  expect(checks[1]).toBeLessThan(checks[0] ?? 0);
});

test("every event stands in the audit, and nothing is done without its record", async () => {
  const stack = await running({ seed: 41 });
  stack.find("vector-1").pid = null;
  await stack.pass(8000);
  const written = stack.audit.map((record) => (record as { what: string }).what);
  expect(written.filter((what) => what !== "learning.changed")).toEqual(stack.said());
});
