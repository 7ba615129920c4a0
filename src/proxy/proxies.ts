// All proxies of the process by name, with the rules of Toxiproxy's API for creating, populating and resetting them.

import { ApiError } from "./api-error.ts";
import { fill, object, text, truth } from "./go-fields.ts";
import { badBody, goText, type GoValue } from "./go-json.ts";
import { FaultProxy } from "./proxy.ts";
import type { ProxyContext } from "./proxy.ts";

/** A proxy as a body asks for it. */
interface Wish {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
}

/** What a populating call came to: the proxies that are as asked for, and why it went no further. */
export interface Populated {
  readonly proxies: readonly FaultProxy[];
  readonly error?: ApiError;
}

export class Proxies {
  private readonly byName = new Map<string, FaultProxy>();
  private readonly context: ProxyContext;

  constructor(context: ProxyContext) {
    this.context = context;
  }

  /** In the order of their names, as Go prints a map. */
  all(): readonly FaultProxy[] {
    return [...this.byName.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  }

  /** As the API writes them. */
  json(): string {
    return `{${this.all()
      .map((proxy) => `${goText(proxy.name)}:${proxy.json()}`)
      .join(",")}}`;
  }

  /** 404 when there is none of that name. */
  get(name: string): FaultProxy {
    const proxy = this.byName.get(name);
    if (proxy === undefined) throw new ApiError(404, "proxy not found");
    return proxy;
  }

  async create(body: () => GoValue): Promise<FaultProxy> {
    const wish = readWish(body(), { name: "", listen: "", upstream: "", enabled: true });
    const missing = missingField(wish);
    if (missing !== undefined) throw new ApiError(400, `missing required field: ${missing}`);
    if (this.byName.has(wish.name)) throw new ApiError(409, "proxy already exists");
    return this.put(wish);
  }

  /**
   * Checks all, then makes one after the other; one that is there with the same addresses is left alone, with its
   * toxics.
   */
  async populate(body: () => GoValue): Promise<Populated> {
    const proxies: FaultProxy[] = [];
    try {
      const wishes = readWishes(body());
      for (const wish of wishes) proxies.push(await this.putOrKeep(wish));
      return { proxies };
    } catch (error) {
      if (error instanceof ApiError) return { proxies, error };
      throw error;
    }
  }

  async update(name: string, body: () => GoValue): Promise<FaultProxy> {
    const proxy = this.get(name);
    const { listen, upstream, enabled } = proxy;
    await proxy.update(readWish(body(), { name, listen, upstream, enabled }));
    return proxy;
  }

  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    this.byName.delete(name);
    await proxy.stop();
  }

  /** Every proxy runs again and has no toxics. */
  async reset(): Promise<void> {
    for (const proxy of this.byName.values()) {
      await proxy.start();
      for (const toxic of proxy.toxics) proxy.removeToxic(toxic.name);
    }
  }

  /** Drops every proxy and its connections. */
  async stopAll(): Promise<void> {
    for (const name of this.byName.keys()) await this.remove(name);
  }

  private async putOrKeep(wish: Wish): Promise<FaultProxy> {
    const before = this.byName.get(wish.name);
    if (before !== undefined) {
      if (!before.differs(wish.listen, wish.upstream)) return before;
      await before.stop();
    }
    return this.put(wish);
  }

  /** In the list only once it listens, if it shall. */
  private async put(wish: Wish): Promise<FaultProxy> {
    const proxy = new FaultProxy(wish, this.context);
    if (wish.enabled) await proxy.start();
    this.byName.set(wish.name, proxy);
    return proxy;
  }
}

function readWish(body: GoValue, defaults: Wish): Wish {
  const wish = { ...defaults };
  fill(body, {
    name: text((value) => (wish.name = value)),
    listen: text((value) => (wish.listen = value)),
    upstream: text((value) => (wish.upstream = value)),
    enabled: truth((value) => (wish.enabled = value)),
    Logger: object("Logger", {}),
  });
  return wish;
}

function missingField({ name, upstream }: Wish): string | undefined {
  if (name === "") return "name";
  return upstream === "" ? "upstream" : undefined;
}

function readWishes(body: GoValue): readonly Wish[] {
  if (body.kind === "null") return [];
  if (body.kind !== "array") throw badBody(`expected an array of proxies, got ${body.kind}`);
  const wishes = body.items.map((item) => readWish(item, { name: "", listen: "", upstream: "", enabled: true }));
  for (const [index, wish] of wishes.entries()) {
    const missing = missingField(wish);
    if (missing !== undefined) throw new ApiError(400, `missing required field: ${missing} at proxy ${index + 1}`);
  }
  return wishes;
}
