// The node of a cluster that a fault acts on: found by a replica, and still as it was found.

import type { NodeControl, NodeLook } from "../../core/container-controls.ts";
import type { Site } from "../../core/controls.ts";
import { HarnessError } from "../../core/errors.ts";

/** Throws HarnessError "environment" for a replica that runs nowhere. */
export async function nodeOf({
  replica,
  controls: { nodes },
}: Pick<Site, "replica"> & { readonly controls: { readonly nodes: NodeControl } }): Promise<
  NodeLook & { readonly node: string }
> {
  const node = await nodes.find();
  const look = node === undefined ? undefined : await nodes.look(node);
  if (node !== undefined && look !== undefined) return { node, ...look };
  throw new HarnessError("environment", `${replica} runs on no node`);
}

/** Throws HarnessError "environment" for a node that is gone, or another than `prepare` found it. */
export async function ofThatNode(nodes: NodeControl, node: string, isSo: (look: NodeLook) => boolean): Promise<void> {
  const look = await nodes.look(node);
  if (look !== undefined && isSo(look)) return;
  throw new HarnessError("environment", `${node} is gone, or stands otherwise by now`);
}
