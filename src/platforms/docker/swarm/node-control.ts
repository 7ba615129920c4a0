// The nodes that a stack's replicas run on, by the manager, and their links to the others.

import type { NodeControl } from "../../../core/container-controls.ts";
import { HarnessError } from "../../../core/errors.ts";
import { nodesOf, type SeenNode } from "./cluster.ts";
import { linkOf, setLink } from "./node-link.ts";
import type { SwarmStack } from "./stack.ts";

const triesOfAnUpdate = 5;

export function nodeControl(stack: SwarmStack, replica: string): NodeControl {
  const { engine } = stack;
  const nodeNow = async (name: string): Promise<SeenNode | undefined> =>
    (await nodesOf(engine)).find((node) => node.name === name);
  const known = async (name: string): Promise<SeenNode> => {
    const node = await nodeNow(name);
    if (node !== undefined) return node;
    throw new HarnessError("environment", `the Swarm has no node ${name}`);
  };
  return {
    find: async () => (await stack.look()).find((one) => one.replica === replica)?.task?.node?.name,
    async look(name) {
      const node = await nodeNow(name);
      if (node === undefined) return undefined;
      const running = (await stack.look()).filter(({ task }) => task?.runs === true && task.node?.name === name);
      const link = await linkOf(node.address);
      return {
        availability: node.availability,
        isReady: node.isReady,
        link: link === undefined ? "unseen" : link.isUp ? "up" : "down",
        replicas: running.map((one) => one.replica),
      };
    },
    async setAvailability(name, availability) {
      for (let left = triesOfAnUpdate; ; left -= 1) {
        const { id } = await known(name);
        const now = (await engine.docker.getNode(id).inspect()) as { Version: { Index: number }; Spec: object };
        try {
          const spec = { ...now.Spec, Availability: availability, version: now.Version.Index };
          await engine.docker.getNode(id).update(spec);
          return;
        } catch (thrown) {
          // The manager notes of its own accord that a node comes and goes.
          if (left <= 1 || !(thrown instanceof Error) || !thrown.message.includes("out of sequence")) throw thrown;
        }
      }
    },
    setLink: async (name, link) => setLink((await known(name)).address, link),
  };
}
