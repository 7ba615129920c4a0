// `rebound proxy`: the fault proxy on its own, for any client of Toxiproxy's API.

import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { startProxyApi, type ProxyApi } from "../../proxy/api.ts";
import { lazyBody } from "../../proxy/routes.ts";
import { readProxyConfig } from "../proxy-config.ts";

export interface ProxyOptions {
  readonly port: number;
  readonly host: string;
  readonly config?: string;
  readonly seed?: number;
  readonly listenAnywhere?: true;
}

/** Serves until SIGINT or SIGTERM. Exit code 0 after an orderly end, 3 for a bad config, 4 when a port is taken. */
export async function proxy(options: ProxyOptions): Promise<number> {
  const config = options.config === undefined ? "[]" : await readProxyConfig(options.config);
  const seed = options.seed ?? randomInt(2 ** 31);
  const ended = untilEnded();
  await using api = await listen(options, seed);
  const { proxies, error } = await api.proxies.populate(lazyBody(config));
  if (error !== undefined)
    throw new HarnessError("environment", `a proxy of ${options.config} cannot start: ${error.message}`);
  process.stdout.write(`rebound proxy: Toxiproxy API on ${api.url} · seed ${seed} · Ctrl-C ends it\n`);
  for (const { name, listen: at, upstream } of proxies) process.stdout.write(`  ${name}: ${at} → ${upstream}\n`);
  await ended;
  return 0;
}

async function listen(options: ProxyOptions, seed: number): Promise<ProxyApi> {
  const { host, port, listenAnywhere: anywhere = false } = options;
  try {
    return await startProxyApi({ host, port, seed, anywhere, clock: { now: () => performance.now() } });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "the port is in use" : (code ?? messageOf(cause));
    throw new HarnessError("environment", `the API cannot listen on ${host}:${port}: ${why}`, {
      hint: "choose another with --port; 0 takes a free one",
      cause,
    });
  }
}

function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve());
  });
}
