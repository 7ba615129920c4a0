// A place on the network, as people write it on the command line.

import { loopbackHost } from "./addresses.ts";

/** Where something listens. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`, `[::1]:PORT`; undefined when it is none. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** `HOST:PORT`, as people write it. */
export function placeText({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** On this machine alone, on a free port. */
export const anyOwnPort: HostPort = { host: loopbackHost, port: 0 };
