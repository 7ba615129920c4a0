// `rebound proxy`: the fault proxy on its own, for any client of Toxiproxy's API.

import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { HarnessError, messageOf } from "../../core/errors.ts";
import { isLoopback } from "../../proxy/address.ts";
import { startProxyApi, type ProxyApi } from "../../proxy/api.ts";
import { lazyBody } from "../../proxy/routes.ts";
import { readProxyConfig } from "../../proxy/config.ts";

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
  refuseStrangers(options);
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

/** Who reaches the API can send this machine's connections anywhere, so it is not for the network by accident. */
function refuseStrangers({ host, listenAnywhere }: ProxyOptions): void {
  if (listenAnywhere === true || isLoopback(host)) return;
  throw new HarnessError("bad-input", `--host ${host} is not a loopback address, and the API has no secret`, {
    hint: "say --listen-anywhere as well if the API and the proxies shall be reached from other machines",
  });
}

async function listen(options: ProxyOptions, seed: number): Promise<ProxyApi> {
  const { host, port, listenAnywhere: anywhere = false } = options;
  try {
    return await startProxyApi({ host, port, seed, anywhere, clock: { now: () => performance.now() } });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "the port is in use" : (code ?? messageOf(cause));
    const ofPort = code === "EADDRINUSE" || code === "EACCES";
    throw new HarnessError("environment", `the API cannot listen on ${host}:${port}: ${why}`, {
      hint: ofPort ? "choose another with --port; 0 takes a free one" : "choose an address of this machine with --host",
      cause,
    });
  }
}

function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve());
  });
}
