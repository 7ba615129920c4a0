import { expect, it } from "vitest";
import { createBalancer } from "../../../../../targets/reference-ai-stack/gateway/balancer.ts";

function picks(balancer: ReturnType<typeof createBalancer>, times: number): (string | undefined)[] {
  return Array.from({ length: times }, () => balancer.pick());
}

it("takes turns when the weights are equal", () => {
  expect(picks(createBalancer(["a", "b"]), 4)).toEqual(["a", "b", "a", "b"]);
});

it("follows the weights exactly over a cycle and spreads the turns", () => {
  const balancer = createBalancer(["a", "b"]);
  balancer.setWeights({ b: 0.5 });
  const turns = picks(balancer, 30);
  expect(turns.filter((turn) => turn === "a")).toHaveLength(20);
  expect(turns.join("")).not.toContain("bb");
});

it("gives nothing to a drained replica, and nothing at all when every one is drained", () => {
  const balancer = createBalancer(["a", "b"]);
  balancer.setWeights({ a: 0 });
  expect(picks(balancer, 3)).toEqual(["b", "b", "b"]);
  balancer.setWeights({ b: 0 });
  expect(balancer.pick()).toBeUndefined();
});

it("gives a replica that was drained its share again and no burst", () => {
  const balancer = createBalancer(["a", "b"]);
  balancer.setWeights({ a: 0 });
  picks(balancer, 9);
  balancer.setWeights({ a: 1 });
  expect(picks(balancer, 6).join("")).not.toMatch(/aa|bb/);
});

it("leaves out the replicas that it is asked to leave out", () => {
  const balancer = createBalancer(["a", "b"]);
  expect(balancer.pick(new Set(["a"]))).toBe("b");
  expect(balancer.pick(new Set(["a", "b"]))).toBeUndefined();
});

it("gives a newcomer its share from its first turn on, and nothing to one that left", () => {
  const balancer = createBalancer(["a", "b"]);
  picks(balancer, 3);
  balancer.setReplicas(["a", "b", "c"]);
  const turns = picks(balancer, 30);
  for (const name of ["a", "b", "c"]) expect(turns.filter((turn) => turn === name)).toHaveLength(10);
  balancer.setReplicas(["a", "c"]);
  expect(picks(balancer, 10)).not.toContain("b");
  expect(balancer.weight("b")).toBe(0);
});

it("lets those who stay keep their weight when others come", () => {
  const balancer = createBalancer(["a", "b"]);
  balancer.setWeights({ a: 0 });
  balancer.setReplicas(["a", "b", "c"]);
  expect(picks(balancer, 10)).not.toContain("a");
});
