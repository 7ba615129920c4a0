// A Toxiproxy that somebody else runs (TOXIPROXY_URL) in the place of our own: its proxies are made under a prefix of
// their own, and nothing else of it is touched.

import { Toxiproxy } from "toxiproxy-node-client";
import { isLoopbackHost, loopbackUrl } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { Ms } from "../../core/units.ts";
import { ask } from "../../lib/ask.ts";
import { anyPort, canNameProxy, leadProxy, type EdgeProxies } from "./edge-proxies.ts";

/** Somebody else's server may hang; cleaning up does not wait for it longer than this. */
const answerWithinMs: Ms = 3_000;

/**
 * Throws HarnessError "bad-input" unless it is the URL of a Toxiproxy on this machine; gives it without a slash at the
 * end.
 */
export function toxiproxyUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const host = url?.hostname.replace(/^\[(.*)\]$/, "$1") ?? "";
  if (url?.protocol === "http:" && isLoopbackHost(host) && url.username === "") return text.replace(/\/+$/, "");
  throw new HarnessError("bad-input", `TOXIPROXY_URL is ${JSON.stringify(text)}; expected ${loopbackUrl("PORT")}`, {
    hint: "Rebound sends faults only to this machine; unset it to use the built-in proxy",
  });
}

/**
 * Rejects with an environment error when no Toxiproxy answers there. Every proxy that is made is named `prefix` + edge.
 */
export async function useToxiproxy(url: string, prefix: string): Promise<EdgeProxies> {
  const client = new Toxiproxy(url);
  try {
    await client.getVersion();
  } catch (cause) {
    throw new HarnessError("environment", `no Toxiproxy answers at TOXIPROXY_URL (${url})`, {
      hint: messageOf(cause),
      cause,
    });
  }
  const nameOf = (edge: string): string => `${prefix}${edge}`;
  return {
    apiUrl: url,
    nameOf,
    async addEdge(edge, upstream) {
      const name = nameOf(edge);
      if (!canNameProxy(name)) throw new HarnessError("bug", `${JSON.stringify(name)} cannot name a proxy`);
      try {
        return (await client.createProxy({ name, listen: anyPort, upstream, enabled: true })).listen;
      } catch (error) {
        throw new HarnessError("environment", `the Toxiproxy at ${url} refused the edge ${edge} to ${upstream}`, {
          hint: messageOf(error),
        });
      }
    },
    leadEdge: (edge, upstream) => leadProxy(client, nameOf(edge), upstream),
    stop: () => removeProxies(url, prefix),
  };
}

/**
 * Removes every proxy whose name begins with the prefix. Names those that stay, or the server when it does not answer;
 * where no server listens any more there is no proxy either, since Toxiproxy keeps them in its memory alone.
 */
export async function removeProxies(url: string, prefix: string): Promise<readonly string[]> {
  const state = await stateOf(url);
  if (state === "gone") return [];
  if (state === "silent") return [`proxies ${prefix}* of ${url} (no answer)`];
  const client = new Toxiproxy(url);
  try {
    const names = Object.keys(await client.getAll()).filter((name) => name.startsWith(prefix));
    const left: string[] = [];
    for (const name of names) {
      const gone = await client
        .get(name)
        .then((proxy) => proxy.remove().then(() => true))
        .catch(() => false);
      if (!gone) left.push(`proxy ${name} of ${url}`);
    }
    return left;
  } catch (error) {
    return [`proxies ${prefix}* of ${url} (${messageOf(error)})`];
  }
}

/** `gone` only when the connection is refused: what else may be wrong does not prove that nobody is there. */
async function stateOf(url: string): Promise<"there" | "silent" | "gone"> {
  const asked = await ask(`${url}/version`, { timeoutMs: answerWithinMs });
  if (asked.ok) return "there";
  return asked.why === "refused" ? "gone" : "silent";
}
