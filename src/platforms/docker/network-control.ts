// The networks of one replica's container: it leaves them, and comes back under the names that it had there.

import type { NetworkControl, NetworkPlaces } from "../../core/container-controls.ts";
import { containerNow, type SeenContainer } from "./containers.ts";
import { unlessSo } from "./engine.ts";
import { givenNames, lackingIn, rename } from "./names.ts";
import type { Project } from "./project.ts";
import { isListening } from "./reach.ts";

/** Other containers may have taken its address meanwhile. */
function addressesWords(places: NetworkPlaces, now: SeenContainer): string {
  const { Networks: all } = now.info.NetworkSettings;
  const moved = places.networks.filter(({ network, address }) => all[network]?.IPAddress !== address);
  if (moved.length === 0) return "at its addresses";
  return `at another address in ${moved.map(({ network }) => network).join(", ")}`;
}

export function networkControl(project: Project, replica: string): NetworkControl {
  const { engine } = project;
  return {
    async find() {
      const place = (await project.look()).find((one) => one.replica === replica);
      if (place?.container?.instance === undefined) return undefined;
      const { container, port } = place;
      const given = givenNames(container);
      const networks = Object.entries(container.info.NetworkSettings.Networks).map(
        ([network, { IPAddress: address }]) => {
          const { names = [], fixed } = given.find((one) => one.network === network) ?? {};
          return { network, names: [...names], address, ...(fixed !== undefined && { fixed }) };
        },
      );
      return { container: container.id, port, networks };
    },
    async leave({ container: id, networks }) {
      for (const { network } of networks) {
        await unlessSo(engine.docker.getNetwork(network).disconnect({ Container: id, Force: true }));
      }
    },
    async join(places) {
      const before = await containerNow(engine, places.container);
      if (before === undefined) return { confirmed: true, seen: "the container is gone" };
      await rename(engine, before, lackingIn(before, places.networks));
      const after = await containerNow(engine, places.container);
      if (after === undefined) return { confirmed: true, seen: "the container is gone" };
      const missing = places.networks.filter(
        ({ network }) => after.info.NetworkSettings.Networks[network] === undefined,
      );
      if (missing.length > 0)
        return { confirmed: false, seen: `not in ${missing.map(({ network }) => network).join(", ")}` };
      return { confirmed: true, seen: `in them, ${addressesWords(places, after)}` };
    },
    async isReached({ container: id, port }) {
      const now = await containerNow(engine, id);
      return now?.instance !== undefined && (await isListening(now, port));
    },
  };
}
