// The fault proxies of one stack, and what a later process needs to find them.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { siteName } from "../../core/controls.ts";
import type { BareSite, ProxyHow } from "../../core/platform.ts";
import type { Target, TargetEdge } from "../../core/target.ts";
import { edgeControl, type EdgeOfProxy } from "./edge-control.ts";
import type { EdgeProxies } from "./edge-proxies.ts";
import type { ProxyHandle } from "./late-edge.ts";
import { openEdges } from "./open-edges.ts";
import type { ProxiesWay, WayJournal } from "./ways.ts";

/** The fault proxies of one stack. */
export interface StackEdges {
  readonly proxies: EdgeProxies;
  readonly handle: ProxyHandle;
  /** Makes the proxy of an edge; gives the `host:port` to call instead of the upstream's. */
  readonly route: (edge: TargetEdge, upstream: string) => Promise<string>;
  /** Leads the edge's new connections to another `host:port`. */
  lead(edge: TargetEdge, upstream: string): Promise<void>;
  /** Undefined for a site that is none of the edges. */
  controlAt(site: BareSite): EdgeOfProxy | undefined;
}

interface Opening {
  readonly target: Target;
  readonly seed: number;
  readonly instanceId: string;
  readonly journal: WayJournal<ProxiesWay>;
  /** Is told each port of this machine that the proxies take. */
  readonly onPort: (port: number) => void;
}

/** No proxy is made yet. */
export async function openStackEdges(opening: Opening, how: ProxyHow): Promise<StackEdges> {
  const { target, seed, instanceId, journal, onPort } = opening;
  const { secretsDir, mark, onLost, onHelper } = how;
  const proxies = await openEdges({ seed, instanceId, journal, mark, onLost });
  try {
    // Our own proxy must end with the trial; somebody else's must not.
    if (proxies.helper !== undefined) {
      await onHelper(proxies.helper);
      onPort(portOf(new URL(proxies.apiUrl).host));
    }
    const apiUrlFile = join(secretsDir, "proxy-api-url");
    await writeFile(apiUrlFile, proxies.apiUrl, { mode: 0o600 });
    const named = target.edges.map((edge) => [edgeName(edge), proxies.nameOf(proxyName(edge))] as const);
    const names: Readonly<Record<string, string>> = Object.fromEntries(named);
    return {
      proxies,
      handle: { apiUrlFile, names },
      async route(edge, upstream) {
        const listen = await proxies.addEdge(proxyName(edge), upstream);
        onPort(portOf(listen));
        return listen;
      },
      lead: (edge, upstream) => proxies.leadEdge(proxyName(edge), upstream),
      controlAt(site) {
        const name = site.edgeFrom === undefined ? undefined : names[siteName(site)];
        if (name === undefined) return undefined;
        const service = target.services.find((candidate) => candidate.name === site.service);
        return edgeControl(proxies.apiUrl, name, service?.healthPath ?? "/");
      },
    };
  } catch (thrown) {
    await proxies.stop();
    throw thrown;
  }
}

function proxyName({ from, to, via }: TargetEdge): string {
  return `${from}-to-${to}${via === undefined ? "" : `-via-${via}`}`;
}

function edgeName({ from, to, via }: TargetEdge): string {
  return siteName({ service: "", replica: to, edgeFrom: from, ...(via !== undefined && { via }) });
}

/** Of `host:port`. */
function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}
