// What stands between the services of a stack, whoever provides it: a fault proxy of our own, or a Toxiproxy that runs
// already.

import type { Toxiproxy } from "toxiproxy-node-client";
import { loopbackHost } from "../../core/addresses.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { HelperProcess } from "../../core/host.ts";

/** Where a proxy listens: on a free port of this machine. */
export const anyPort = `${loopbackHost}:0`;

/** The proxies of one stack. */
export interface EdgeProxies {
  /** Base of the Toxiproxy API; may hold a secret, so it must reach neither the target nor a log. */
  readonly apiUrl: string;
  /** The proxy server, when it is one of ours and ends with the stack. */
  readonly helper?: HelperProcess;
  /** Name under which the API knows an edge. */
  nameOf(edge: string): string;
  /** Puts a proxy in front of `upstream` (`host:port`); gives the `host:port` to call instead. */
  addEdge(edge: string, upstream: string): Promise<string>;
  /** Leads new connections of an edge to another `host:port`; those that are open end. */
  leadEdge(edge: string, upstream: string): Promise<void>;
  /** Takes every proxy and its connections away; harmless when repeated. Names what could not be taken away. */
  stop(): Promise<readonly string[]>;
}

/** The client puts the name into the path as it is. */
export function canNameProxy(name: string): boolean {
  return /^[^\s/?#%\\]+$/.test(name);
}

/** Of the proxy of that name. Rejects with an environment error when it is not there. */
export async function leadProxy(client: Toxiproxy, name: string, upstream: string): Promise<void> {
  try {
    const proxy = await client.get(name);
    await proxy.update({ listen: proxy.listen, upstream, enabled: proxy.enabled });
  } catch (error) {
    const hint = messageOf(error);
    throw new HarnessError("environment", `fault proxy ${name}: could not be led to ${upstream}`, { hint });
  }
}
