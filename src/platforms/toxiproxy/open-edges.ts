// Chooses who provides the proxies of a stack: TOXIPROXY_URL where it is set, else a fault proxy of our own.

import type { UndoJournal } from "../../core/undo.ts";
import type { EdgeProxies } from "./edge-proxies.ts";
import { toxiproxyUrl, useToxiproxy } from "./external-proxy.ts";
import { startProxyProcess } from "./proxy-process.ts";

export interface EdgesOptions {
  /** Seeds jitter and toxicity of our own proxy; somebody else's cannot be seeded. */
  readonly seed: number;
  /** Tells this stack's proxies from all others. */
  readonly instanceId: string;
  /** Called once if the proxy process ends without being stopped. */
  readonly onLost: (reason: string) => void;
  /** Environment that marks the proxy process, for others to find it by. */
  readonly mark: Readonly<Record<string, string>>;
  /** The undo log, as far as it is needed. */
  readonly journal: UndoJournal;
}

/** Proxies on somebody else's server are in the undo log before the first is made; our own server ends with its parent. */
export async function openEdges(options: EdgesOptions): Promise<EdgeProxies> {
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
