// Where a request comes from: the address of its connection, or what a hop that is trusted says of it.
import { isIP } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

/** The address, IPv4 where it is one written as IPv6; `unknown` where nobody can say. */
export function sourceOf(c: Context, trustedHops: ReadonlySet<string>): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const hop = plain(incoming?.socket.remoteAddress ?? "unknown");
  if (!trustedHops.has(hop)) return hop;
  // Hops append: only what the trusted one has added itself is more than somebody's word.
  const declared = plain(c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "");
  return isIP(declared) === 0 ? hop : declared;
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
