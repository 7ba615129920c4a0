// The fault proxy's API at a place that somebody chose.

import { performance } from "node:perf_hooks";
import { HarnessError, messageOf } from "../core/errors.ts";
import { isLoopback } from "./address.ts";
import { startProxyApi, type ProxyApi } from "./api.ts";

/** Where the API listens. */
interface ProxyPlace {
  readonly host: string;
  readonly port: number;
  /** The API and the proxies may be reached from other machines. */
  readonly anywhere: boolean;
}

/** Who reaches the API can send this machine's connections anywhere, so it is not for the network by accident. */
function refuseStrangers({ host, anywhere }: ProxyPlace): void {
  if (anywhere || isLoopback(host)) return;
  throw new HarnessError("bad-input", `--host ${host} is not a loopback address, and the API has no secret`, {
    hint: "say --listen-anywhere as well if the API and the proxies shall be reached from other machines",
  });
}

/**
 * Serves there. Throws HarnessError "bad-input" for a host that others reach, unless that is wanted, and "environment"
 * when it cannot listen.
 */
export async function serveProxy({ host, port, anywhere }: ProxyPlace, seed: number): Promise<ProxyApi> {
  refuseStrangers({ host, port, anywhere });
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
