// host:port as Toxiproxy's API writes addresses, and the promise that we listen on this machine alone.

import { isIP } from "node:net";
import { loopbackHost, loopbackName } from "../core/addresses.ts";
import { ApiError } from "./api-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Splits `host:port` or `[v6]:port` as Go does: host and port may be empty (any, 0). Says in Go's words what is wrong.
 */
export function splitAddress(text: string): Address | string {
  const match = /^(?:\[(?<v6>[^[\]]*)\]|(?<host>[^:[\]]*)):(?<port>[^:[\]]*)$/.exec(text);
  if (match?.groups === undefined) {
    return `address ${text}: ${text.includes(":") ? "too many colons in address" : "missing port in address"}`;
  }
  const { v6, host, port = "" } = match.groups;
  if (!/^\+?\d*$/.test(port) || Number(port) > 65_535) return `address ${port}: invalid port`;
  return { host: v6 ?? host ?? "", port: Number(port) };
}

const anyHosts: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);
const loopback = /^127(?:\.\d{1,3}){3}$/;

/** True for an address, or the name, that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === loopbackName || host === "::1" || (isIP(host) === 4 && loopback.test(host));
}

/**
 * Where a proxy listens. An empty host is every interface in Toxiproxy; here that needs `anywhere`, else it is
 * loopback. Throws ApiError 500 as Toxiproxy does, also for a host that is not loopback unless `anywhere`.
 */
export function parseListen(text: string, anywhere: boolean): Address {
  const address = text === "" ? { host: "", port: 0 } : splitAddress(text);
  if (typeof address === "string") throw new ApiError(500, `listen tcp: ${address}`);
  const host = byNumber(address.host);
  if (anywhere) return { host: anyHosts.has(host) ? "::" : host, port: address.port };
  if (host === "") return { host: loopbackHost, port: address.port };
  if (isLoopback(host)) return { host, port: address.port };
  throw new ApiError(
    500,
    `listen tcp ${text}: refused: not a loopback address (rebound proxy --listen-anywhere allows it)`,
  );
}

/** As Go's resolver prints a host: this machine's name by number. */
export function byNumber(host: string): string {
  return host === loopbackName ? loopbackHost : host;
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
