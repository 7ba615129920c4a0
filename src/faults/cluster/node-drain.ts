// node.drain: the node of one replica is drained, as for maintenance. The cluster ends what it has there and places it
// elsewhere. Whoever drains a node means to: it is no look-alike, since nobody had told the users' side.

import { z } from "zod";
import { fault } from "../fault.ts";
import { ofThatNode, nodeOf } from "../parts/node-of.ts";
import { seenWithin } from "../parts/seen-within.ts";

/** The cluster ends tasks one after the other, with the time that each has to end, ms. */
const emptyWithinMs = 20_000;

export const nodeDrain = fault({
  name: "node.drain",
  about: "Drains the node of one replica, so that the cluster ends all that it runs there.",
  acts: "replica",
  wayBack: "makes the node available again as it was; what was placed elsewhere stays there",
  needs: ["nodes"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site) {
    const { node, availability } = await nodeOf(site);
    return { node, availability };
  },

  async apply(_params, { node, availability }, { controls: { nodes }, harmBegins }, signal) {
    await ofThatNode(nodes, node, (look) => look.availability === availability);
    signal.throwIfAborted();
    harmBegins?.();
    await nodes.setAvailability(node, "drain");
  },

  async observe({ undo: { node } }, { controls: { nodes } }, signal) {
    const empty = await seenWithin(emptyWithinMs, signal, async () => {
      const look = await nodes.look(node);
      return look?.availability === "drain" && look.replicas.length === 0;
    });
    const look = await nodes.look(node);
    return {
      confirmed: empty,
      expected: `${node} is drained and runs no replica, by the manager`,
      seen: `${node} is ${look?.availability ?? "gone"} and runs ${look?.replicas.join(", ") || "no replica"}`,
    };
  },

  async revert({ node, availability }, { controls: { nodes } }) {
    const expected = `${node} is ${availability} again, by the manager`;
    if (nodes === undefined) return { confirmed: false, expected, seen: "the platform has no nodes" };
    // A node that somebody has taken out of the cluster needs nothing more.
    if ((await nodes.look(node)) !== undefined) await nodes.setAvailability(node, availability);
    const now = (await nodes.look(node))?.availability;
    return { confirmed: now === undefined || now === availability, expected, seen: `${node} is ${now ?? "gone"}` };
  },
});
