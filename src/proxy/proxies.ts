// All proxies of the process by name, with the rules of Toxiproxy's API for creating, populating and resetting them.

import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { ApiError } from "./api-error.ts";
import { FaultProxy } from "./proxy.ts";
import type { ProxyBody, ProxyContext } from "./proxy.ts";
import { parseBody } from "./toxic-list.ts";

const creation = z.object({
  name: z.string().default(""),
  listen: z.string().default(""),
  upstream: z.string().default(""),
  enabled: z.boolean().default(true),
});
const change = z.object({
  listen: z.string().optional(),
  upstream: z.string().optional(),
  enabled: z.boolean().optional(),
});
const population = z.array(creation);

type Creation = z.infer<typeof creation>;

function checkFields(input: Creation): void {
  if (input.name === "") throw new ApiError(400, "missing required field: name");
  if (input.upstream === "") throw new ApiError(400, "missing required field: upstream");
}

export class Proxies {
  private readonly byName = new Map<string, FaultProxy>();
  private readonly context: ProxyContext;

  constructor(context: ProxyContext) {
    this.context = context;
  }

  all(): readonly FaultProxy[] {
    return [...this.byName.values()];
  }

  /** 404 when there is none of that name. */
  get(name: string): FaultProxy {
    const proxy = this.byName.get(name);
    if (proxy === undefined) throw new ApiError(404, "proxy not found");
    return proxy;
  }

  async create(body: unknown): Promise<ProxyBody> {
    const input = parseBody(creation, body);
    checkFields(input);
    if (this.byName.has(input.name)) throw new ApiError(409, "proxy already exists");
    return this.put(input);
  }

  /** All or nothing is checked first; a proxy that is there with the same addresses is left alone, with its toxics. */
  async populate(body: unknown): Promise<readonly ProxyBody[]> {
    const inputs = parseBody(population, body);
    for (const input of inputs) checkFields(input);
    const bodies: ProxyBody[] = [];
    for (const input of inputs) {
      const before = this.byName.get(input.name)?.body();
      const same = before?.listen === input.listen && before.upstream === input.upstream;
      if (before !== undefined && !same) await this.remove(input.name);
      bodies.push(before !== undefined && same ? before : await this.put(input));
    }
    return bodies;
  }

  async update(name: string, body: unknown): Promise<ProxyBody> {
    const proxy = this.get(name);
    const before = proxy.body();
    const input = parseBody(change, body);
    await listening(
      proxy.update({
        listen: input.listen ?? before.listen,
        upstream: input.upstream ?? before.upstream,
        enabled: input.enabled ?? before.enabled,
      }),
    );
    return proxy.body();
  }

  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    this.byName.delete(name);
    await proxy.stop();
  }

  /** Every proxy runs again and has no toxics. */
  async reset(): Promise<void> {
    for (const proxy of this.byName.values()) {
      await listening(proxy.start());
      for (const toxic of proxy.toxicBodies()) proxy.removeToxic(toxic.name);
    }
  }

  /** Drops every proxy and its connections. */
  async stopAll(): Promise<void> {
    for (const name of this.byName.keys()) await this.remove(name);
  }

  private async put(input: Creation): Promise<ProxyBody> {
    const proxy = new FaultProxy(input, this.context);
    if (input.enabled) await listening(proxy.start());
    this.byName.set(input.name, proxy);
    return proxy.body();
  }
}

/** A taken port is answered as Toxiproxy does, with 500 and the reason. */
async function listening(starting: Promise<void>): Promise<void> {
  try {
    await starting;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(500, messageOf(error));
  }
}
