// `rebound proxy`: the fault proxy on its own, for any client of Toxiproxy's API.

import { randomInt } from "node:crypto";
import { HarnessError } from "../../core/errors.ts";
import { untilAsked } from "../../lib/proc.ts";
import { serveProxy } from "../../proxy/serve.ts";
import { lazyBody } from "../../proxy/routes.ts";
import { readProxyConfig } from "../../proxy/config.ts";
import { printLines } from "../table.ts";

export interface ProxyOptions {
  readonly port: number;
  readonly host: string;
  readonly config?: string;
  readonly seed?: number;
  readonly listenAnywhere?: true;
}

/**
 * Serves until SIGINT or SIGTERM. Exit code 0 after an orderly end, 3 for a bad config or host, 4 when a port is taken.
 */
export async function proxy(options: ProxyOptions): Promise<number> {
  const { host, port, listenAnywhere: anywhere = false } = options;
  const place = { host, port, anywhere };
  const config = options.config === undefined ? "[]" : await readProxyConfig(options.config);
  const seed = options.seed ?? randomInt(2 ** 31);
  const ended = untilAsked();
  await using api = await serveProxy(place, seed);
  const { proxies, error } = await api.proxies.populate(lazyBody(config));
  if (error !== undefined)
    throw new HarnessError("environment", `a proxy of ${options.config} cannot start: ${error.message}`);
  printLines([`rebound proxy: Toxiproxy API on ${api.url} · seed ${seed} · Ctrl-C ends it`]);
  printLines(proxies.map(({ name, listen: at, upstream }) => `  ${name}: ${at} → ${upstream}`));
  await ended;
  return 0;
}
