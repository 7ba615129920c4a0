// node.cut: the link of one replica's node to the others is taken down. What runs there runs on, and nobody reaches it;
// the cluster waits some heartbeats, takes the node for lost and places its tasks elsewhere.

import { z } from "zod";
import { HarnessError } from "../../core/errors.ts";
import { fault } from "../fault.ts";
import { nodeOf, ofThatNode } from "../parts/node-of.ts";
import { seenWithin } from "../parts/seen-within.ts";

/** A node that has its link again answers its manager within some heartbeats, ms. */
const readyWithinMs = 20_000;

export const nodeCut = fault({
  name: "node.cut",
  about: "Takes down the link of one replica's node to the others; what runs there runs on unreached.",
  acts: "replica",
  wayBack: "brings the link up again; what was placed elsewhere meanwhile stays there",
  needs: ["nodes"],
  params: z.strictObject({}),
  example: {},

  async prepare(_params, site) {
    const { node, link } = await nodeOf(site);
    if (link === "up") return { node };
    throw new HarnessError("environment", `the link of ${node} is ${link}: it cannot be cut off`);
  },

  async apply(_params, { node }, { controls: { nodes }, harmBegins }, signal) {
    await ofThatNode(nodes, node, ({ link }) => link === "up");
    signal.throwIfAborted();
    harmBegins?.();
    await nodes.setLink(node, "down");
  },

  // By the system that has the link, and not by the manager: that notices later, which is what is measured.
  async observe({ undo: { node } }, { controls: { nodes } }) {
    const link = (await nodes.look(node))?.link ?? "unseen";
    return { confirmed: link === "down", expected: `the link of ${node} is down`, seen: `the link is ${link}` };
  },

  async revert({ node }, { controls: { nodes } }, signal) {
    const expected = `the link of ${node} is up, and it answers its manager`;
    // Of a node that is no longer in the cluster it is not known where its link is, and so not whether it is up.
    const now = await nodes?.look(node);
    if (nodes === undefined || now === undefined) return { confirmed: false, expected, seen: `${node} is not seen` };
    if (now.link === "down") await nodes.setLink(node, "up");
    const back = await seenWithin(readyWithinMs, signal, async () => {
      const look = await nodes.look(node);
      return look !== undefined && look.link !== "down" && look.isReady;
    });
    const seen = back ? `${node} answers its manager` : `${node} does not answer its manager`;
    return { confirmed: back, expected, seen };
  },
});
