// What stands between the services of a stack, whoever provides it: a fault proxy of our own, or a Toxiproxy that runs
// already.

import { loopbackHost } from "../../core/addresses.ts";
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
  /** Takes every proxy and its connections away; harmless when repeated. Names what could not be taken away. */
  stop(): Promise<readonly string[]>;
}

/** The client puts the name into the path as it is. */
export function canNameProxy(name: string): boolean {
  return /^[^\s/?#%\\]+$/.test(name);
}
