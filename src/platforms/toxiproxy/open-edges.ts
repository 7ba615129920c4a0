// Chooses who provides the proxies of a stack: TOXIPROXY_URL where it is set, else a fault proxy of our own; and
// watches over them.

import type { EdgeProxies } from "./edge-proxies.ts";
import { toxiproxyUrl, useToxiproxy } from "./external-proxy.ts";
import { watchProxies } from "./presence.ts";
import { startProxyProcess } from "./proxy-process.ts";
import type { ProxiesWay, WayJournal } from "./ways.ts";

export interface EdgesOptions {
  /** Seeds jitter and toxicity of our own proxy; somebody else's cannot be seeded. */
  readonly seed: number;
  /** Tells this stack's proxies from all others. */
  readonly instanceId: string;
  /** Called once if the proxies are lost without being stopped: their server died, hangs, or has them no more. */
  readonly onLost: (reason: string) => void;
  /** Environment that marks the proxy process, for others to find it by. */
  readonly mark: Readonly<Record<string, string>>;
  /** The platform's part of the undo log. */
  readonly journal: WayJournal<ProxiesWay>;
}

/**
 * Proxies on somebody else's server are in the undo log before the first is made; our own server ends with its parent.
 */
export async function openEdges(options: EdgesOptions): Promise<EdgeProxies> {
  let lost = false;
  const onLost = (reason: string): void => {
    if (!lost) options.onLost(reason);
    lost = true;
  };
  return watched(await provide({ ...options, onLost }), onLost);
}

async function provide(options: EdgesOptions): Promise<EdgeProxies> {
  const { seed, instanceId, journal, mark, onLost } = options;
  const given = process.env["TOXIPROXY_URL"];
  if (given === undefined || given === "") return startProxyProcess({ seed, mark, onLost });
  const prefix = `${instanceId}-`;
  const apiUrl = toxiproxyUrl(given);
  const proxies = await useToxiproxy(apiUrl, prefix);
  const seq = await journal.intend({ kind: "proxies", apiUrl, prefix });
  return {
    ...proxies,
    async stop() {
      const left = await proxies.stop();
      if (left.length === 0) await journal.done(seq);
      return left;
    },
  };
}

/**
 * Only an exit tells of itself: a server that hangs, one of somebody else's that dies, and one that forgets have to be
 * asked. One of ours that is lost is ended at once, with the toxics in it: one that hangs would hold its edges, and
 * everything that is taken back would wait for its answer.
 */
function watched(proxies: EdgeProxies, onLost: (reason: string) => void): EdgeProxies {
  const made: string[] = [];
  const endIfOurs = async (reason: string): Promise<void> => {
    onLost(reason);
    if (proxies.helper !== undefined) await proxies.stop();
  };
  const watching = watchProxies(
    proxies.apiUrl,
    () => [...made],
    (reason) => void endIfOurs(reason),
  );
  return {
    ...proxies,
    async addEdge(edge, upstream) {
      const listen = await proxies.addEdge(edge, upstream);
      made.push(proxies.nameOf(edge));
      return listen;
    },
    stop() {
      watching[Symbol.dispose]();
      return proxies.stop();
    },
  };
}
