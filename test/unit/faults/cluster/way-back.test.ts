// The way back of faults of a cluster where what they acted on cannot be seen any more: not seen is not taken back.

import { expect, test } from "vitest";
import type { NodeLook } from "../../../../src/core/container-controls.ts";
import type { Controls, Site } from "../../../../src/core/controls.ts";
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

const runs = { command: ["serve"], args: null };

test("is not confirmed where the platform cannot be asked", async () => {
  const site = siteWith({});
  expect(await nodeCut.revert({ node: "node-1" }, site, signal)).toMatchObject({ confirmed: false });
  expect(await nodeDrain.revert({ node: "node-1", availability: "active" }, site, signal)).toMatchObject({
    confirmed: false,
  });
  expect(await rolloutCrash.revert({ runs, digest: "" }, site, signal)).toMatchObject({ confirmed: false });
});

test("of a link is not confirmed once the node has left the cluster, and is where it answers again", async () => {
  const gone = siteWith({ nodes: nodesOf(undefined) });
  expect(await nodeCut.revert({ node: "node-1" }, gone, signal)).toMatchObject({ confirmed: false });
  const cut: NodeLook = { availability: "active", isReady: true, link: "down", replicas: [] };
  const nodes = nodesOf(cut);
  expect(await nodeCut.revert({ node: "node-1" }, siteWith({ nodes }), signal)).toMatchObject({ confirmed: true });
  expect(await nodes.look("node-1")).toMatchObject({ link: "up" });
});
