// The names by which others call a container, and how it gets others: an engine gives names only to what joins a
// network.

import type { SeenContainer } from "./containers.ts";
import { unlessSo, type Engine } from "./engine.ts";
import { join, type NetworkNames } from "./holder.ts";

interface Endpoint {
  readonly Aliases?: readonly string[] | null;
  readonly IPAMConfig?: { readonly IPv4Address?: string } | null;
}

function endpointsOf({ info }: SeenContainer): Readonly<Record<string, Endpoint>> {
  return info.NetworkSettings.Networks;
}

/** In each of its networks, as somebody gave them: neither its own name nor its id. */
export function givenNames(container: SeenContainer): readonly NetworkNames[] {
  const { id, name } = container;
  return Object.entries(endpointsOf(container)).map(([network, { Aliases: aliases, IPAMConfig: config }]) => {
    const names = (aliases ?? []).filter((alias) => alias !== name && !id.startsWith(alias));
    const fixed = config?.IPv4Address;
    return { network, names, ...(fixed !== undefined && fixed !== "" && { fixed }) };
  });
}

/** Those networks that it is not in, or not under all of these names. */
export function lackingIn(container: SeenContainer, networks: readonly NetworkNames[]): readonly NetworkNames[] {
  const given = givenNames(container);
  return networks.filter(({ network, names }) => {
    const own = given.find((one) => one.network === network)?.names;
    return own === undefined || names.some((name) => !own.includes(name));
  });
}

/** Gives it these names there: it leaves each network that it is in for a moment. */
export async function rename(
  engine: Engine,
  container: SeenContainer,
  networks: readonly NetworkNames[],
): Promise<void> {
  const now = endpointsOf(container);
  for (const one of networks) {
    const network = engine.docker.getNetwork(one.network);
    if (now[one.network] !== undefined) {
      await unlessSo(network.disconnect({ Container: container.id, Force: true }));
    }
    await join(engine, container.id, one);
  }
}
