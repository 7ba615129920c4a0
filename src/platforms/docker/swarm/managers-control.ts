// The managers of a cluster, by the one that is asked, and their links.

import { z } from "zod";
import type { ManagersControl } from "../../../core/container-controls.ts";
import { HarnessError, messageOf } from "../../../core/errors.ts";
import { statusOf, type Engine } from "../engine.ts";
import { linkOf, setLink } from "./node-link.ts";

/** What a manager answers without a leader. */
const unavailable = [500, 503];

const managersSchema = z.array(
  z.object({
    ID: z.string(),
    Description: z.object({ Hostname: z.string() }),
    ManagerStatus: z
      .object({ Leader: z.boolean().default(false), Reachability: z.string(), Addr: z.string() })
      .optional(),
  }),
);
const infoSchema = z.object({ Swarm: z.object({ NodeID: z.string() }) });

export function managersControl({ docker }: Engine): ManagersControl {
  return {
    async look() {
      const [nodes, info] = await Promise.all([docker.listNodes(), docker.info()]).catch(nobodyLeads);
      const [listed, own] = [managersSchema.safeParse(nodes), infoSchema.safeParse(info)];
      if (!listed.success || !own.success) throw new HarnessError("environment", "the Swarm's manager answers oddly");
      const managers = listed.data.flatMap(({ ID: id, Description: { Hostname: name }, ManagerStatus: status }) =>
        status === undefined ? [] : [{ id, name, ...status }],
      );
      const leader = managers.find(({ Leader: leads }) => leads);
      if (leader === undefined) throw new HarnessError("environment", "no manager of the Swarm leads");
      return {
        leader: { name: leader.name, address: leader.Addr.replace(/:\d+$/, "") },
        asked: managers.find(({ id }) => id === own.data.Swarm.NodeID)?.name ?? "",
        managers: managers.length,
        unreached: managers.filter(({ Reachability: says }) => says !== "reachable").map(({ name }) => name),
      };
    },
    async link(address) {
      const link = await linkOf(address);
      return link === undefined ? "unseen" : link.isUp ? "up" : "down";
    },
    setLink,
  };
}

function nobodyLeads(thrown: unknown): never {
  if (!unavailable.includes(statusOf(thrown) ?? 0)) throw thrown;
  throw new HarnessError("environment", `nobody leads the Swarm: ${messageOf(thrown)}`, { cause: thrown });
}
