// Entry of the proxy process. Started with fork: told its secret over IPC (an environment can be read by others on the
// machine), it answers where its API is, and ends when its parent lets go of the channel, by will or by death.

import { performance } from "node:perf_hooks";
import { messageOf } from "../core/errors.ts";
import { startProxyApi } from "./api.ts";
import type { ProxyApi } from "./api.ts";

/** How long the connections may take to close before the process ends itself the hard way. */
const END_TIMEOUT_MS = 1_000;

/** Parent → proxy, once. */
export interface ProxyStartMessage {
  readonly type: "start";
  readonly token: string;
  readonly seed: number;
}

/** Proxy → parent, once. */
export type ProxyReplyMessage =
  | { readonly type: "ready"; readonly apiUrl: string }
  | { readonly type: "failed"; readonly reason: string };

let api: ProxyApi | undefined;

function reply(message: ProxyReplyMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function start({ token, seed }: ProxyStartMessage): Promise<void> {
  try {
    api = await startProxyApi({ token, seed, clock: { now: () => performance.now() } });
    reply({ type: "ready", apiUrl: api.url });
  } catch (error) {
    reply({ type: "failed", reason: messageOf(error) });
  }
}

async function end(): Promise<void> {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), END_TIMEOUT_MS).unref();
  await api?.[Symbol.asyncDispose]();
}

if (process.send === undefined) {
  process.stderr.write("proxy: to be started by fork, with an IPC channel\n");
  process.exitCode = 70;
} else {
  process.once("message", (message) => void start(message as ProxyStartMessage));
  process.once("disconnect", () => void end());
  // Ctrl-C, a closed terminal and a job that is cancelled reach the whole process group; the harness still needs us to
  // take its toxics away, and its end is ours.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
}
