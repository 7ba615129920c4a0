// The control of an edge in a later process, which finds the proxy by what was written down.

import { z } from "zod";
import { readSecret } from "../starting/secret-file.ts";
import type { EdgeOfProxy } from "./edge-control.ts";

/**
 * The fault proxy: a file of ours (mode 0600, outside the stack's work folder) with the URL of its API, which holds a
 * secret, and what its proxies are called, by site name (`gateway→inference-1`).
 */
export const proxySchema = z.object({ apiUrlFile: z.string(), names: z.record(z.string(), z.string()) });
export type ProxyHandle = z.infer<typeof proxySchema>;

/** Reads the API's URL when it is first needed: a site that only wants its files must not fail for want of a proxy. */
export function lateEdge(apiUrlFile: string, make: (apiUrl: string) => EdgeOfProxy): EdgeOfProxy {
  let made: Promise<EdgeOfProxy> | undefined;
  const edge = (): Promise<EdgeOfProxy> => (made ??= readSecret(apiUrlFile, "the fault proxy's address").then(make));
  return {
    addToxic: async (toxic) => (await edge()).addToxic(toxic),
    removeToxic: async (name) => (await edge()).removeToxic(name),
    toxicNames: async () => (await edge()).toxicNames(),
    roundTripMs: async (signal, padding) => (await edge()).roundTripMs(signal, padding),
    struck: async (toxic) => (await edge()).struck(toxic),
    through: async (signal) => (await edge()).through(signal),
  };
}
