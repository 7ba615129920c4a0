// The way back of faults of a cluster where what they acted on cannot be seen any more: not seen is not taken back.

import { expect, test } from "vitest";
import type { NodeLook } from "../../../../src/core/container-controls.ts";
import { HarnessError } from "../../../../src/core/errors.ts";
import type { Controls, Site } from "../../../../src/core/controls.ts";
import { leaderCut } from "../../../../src/faults/cluster/leader-cut.ts";
import { nodeCut } from "../../../../src/faults/cluster/node-cut.ts";
import { nodeDrain } from "../../../../src/faults/cluster/node-drain.ts";
import { rolloutCrash } from "../../../../src/faults/cluster/rollout-crash.ts";

const signal = new AbortController().signal;

function siteWith(controls: Controls): Site {
  return { service: "front", replica: "front-1", seed: 1, undoDir: "/nowhere", controls };
}

/** A cluster of one node, which is there or not; what is ordered of it takes effect. */
function nodesOf(look: NodeLook | undefined): NonNullable<Controls["nodes"]> {
  let now = look;
  return {
    find: () => Promise.resolve("node-1"),
    look: () => Promise.resolve(now),
    setLink: async (_name, link) => void (now = now && { ...now, link }),
    setAvailability: async (_name, availability) => void (now = now && { ...now, availability }),
  };
}

const third = { node: "node-3", address: "10.9.0.3" };

/** A group of managers of which the third leads, or that nobody leads; what is ordered of its link takes effect. */
function managersOf(
  group: { readonly managers: number; readonly unreached?: readonly string[]; readonly asked?: string } | undefined,
  link: "up" | "down" | "unseen" = "up",
): NonNullable<Controls["managers"]> {
  let now = link;
  const leader = { name: third.node, address: third.address };
  return {
    look: async () => {
      if (group === undefined) throw new HarnessError("environment", "nobody leads");
      return { leader, asked: "node-1", unreached: [], ...group };
    },
    link: async () => now,
    setLink: async (_address, wanted) => void (now = wanted),
  };
}

const runs = { command: ["serve"], args: null };

test("is not confirmed where the platform cannot be asked", async () => {
  const site = siteWith({});
  expect(await nodeCut.revert({ node: "node-1" }, site, signal)).toMatchObject({ confirmed: false });
  expect(await nodeDrain.revert({ node: "node-1", availability: "active" }, site, signal)).toMatchObject({
    confirmed: false,
  });
  expect(await rolloutCrash.revert({ runs, digest: "" }, site, signal)).toMatchObject({ confirmed: false });
  expect(await leaderCut.revert(third, site, signal)).toMatchObject({ confirmed: false });
});

test("of a link is not confirmed once the node has left the cluster, and is where it answers again", async () => {
  const gone = siteWith({ nodes: nodesOf(undefined) });
  expect(await nodeCut.revert({ node: "node-1" }, gone, signal)).toMatchObject({ confirmed: false });
  const cut: NodeLook = { availability: "active", isReady: true, link: "down", replicas: [] };
  const nodes = nodesOf(cut);
  expect(await nodeCut.revert({ node: "node-1" }, siteWith({ nodes }), signal)).toMatchObject({ confirmed: true });
  expect(await nodes.look("node-1")).toMatchObject({ link: "up" });
});

test("of a leader asks nobody where its link is, and is confirmed by that alone", async () => {
  const back = managersOf({ managers: 3 }, "down");
  expect(await leaderCut.revert(third, siteWith({ managers: back }), signal)).toMatchObject({ confirmed: true });
  expect(await back.link(third.address)).toBe("up");
  const unseen = siteWith({ managers: managersOf({ managers: 3 }, "unseen") });
  expect(await leaderCut.revert(third, unseen, signal)).toMatchObject({ confirmed: false });
  const leaderless = managersOf(undefined, "down");
  expect(await leaderCut.revert(third, siteWith({ managers: leaderless }), AbortSignal.timeout(50))).toMatchObject({
    confirmed: true,
    seen: "the link is up; nobody leads yet",
  });
  expect(await leaderless.link(third.address)).toBe("up");
});

test.each([
  [{ managers: 3 }, "up", undefined],
  [{ managers: 5, unreached: ["node-4"] }, "up", undefined],
  [{ managers: 3, unreached: ["node-2"] }, "up", "would have 1 of 3 managers"],
  [{ managers: 2 }, "up", "would have 1 of 2 managers"],
  [{ managers: 3, asked: "node-3" }, "up", "is the manager that is asked"],
  [{ managers: 3 }, "unseen", "the link of node-3, which leads, is unseen"],
  [undefined, "up", "nobody leads"],
] as const)(
  "a group of %j with its leader's link %s is cut only where another one can be elected",
  async (group, link, why) => {
    const site = siteWith({ managers: managersOf(group, link) });
    const begun = leaderCut.prepare(leaderCut.parse({}), site);
    if (why === undefined) expect(await begun).toEqual(third);
    else await expect(begun).rejects.toThrow(why);
  },
);

test("a group that could elect none is cut where the intent says so", async () => {
  const site = siteWith({ managers: managersOf({ managers: 2 }) });
  expect(await leaderCut.prepare(leaderCut.parse({ quorum: "may-be-lost" }), site)).toEqual(third);
});
