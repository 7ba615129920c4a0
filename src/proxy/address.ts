// host:port as Toxiproxy's API writes addresses, and the promise that we listen on this machine alone.

import { ApiError } from "./api-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback: readonly string[] = ["127.0.0.1", "::1", "localhost"];

/** Reads `host:port` or `[v6]:port`; 400 in words otherwise. */
export function parseAddress(text: string, what: string): Address {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.["port"]);
  if (match === null || port > 65_535)
    throw new ApiError(400, `${what} must be host:port, got ${JSON.stringify(text)}`);
  return { host: match.groups?.["v6"] ?? match.groups?.["host"] ?? "", port };
}

/** As `parseAddress`; an empty host is loopback here (it is every interface in Toxiproxy), any other host is refused. */
export function parseListen(text: string): Address {
  const { host, port } = parseAddress(text === "" ? ":0" : text, "listen");
  if (host === "") return { host: "127.0.0.1", port };
  if (!loopback.includes(host))
    throw new ApiError(400, `listen must be a loopback address, got ${JSON.stringify(host)}`);
  return { host, port };
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
