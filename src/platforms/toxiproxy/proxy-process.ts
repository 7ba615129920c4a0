// Runs our fault proxy as a process of its own, so that load and healer traffic never share a thread with the harness.

import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Toxiproxy } from "toxiproxy-node-client";
import { compiledEntry, endChild, firstAnswer, forkEntry, lastWords } from "../../lib/proc.ts";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { HelperProcess } from "../../core/host.ts";
import type { Ms } from "../../core/units.ts";
import { anyPort, canNameProxy, leadProxy, type EdgeProxies } from "./edge-proxies.ts";

const START_TIMEOUT_MS: Ms = 10_000;
const STOP_TIMEOUT_MS: Ms = 2_000;

export interface ProxyProcessOptions {
  /** Seeds jitter and toxicity. */
  readonly seed: number;
  /** Added to the process's environment, for others to find it by. */
  readonly mark?: Readonly<Record<string, string>>;
  /** Called once if the process ends without being stopped. */
  readonly onLost?: (reason: string) => void;
}

/** A running fault proxy. It ends by itself when this process dies. */
export interface ProxyProcess extends AsyncDisposable, EdgeProxies {
  readonly helper: HelperProcess;
}

type Reply = { readonly type: "ready"; readonly apiUrl: string } | { readonly type: "failed"; readonly reason: string };

/** Waits for the first reply; an early end or silence is an environment error with what the process wrote. */
async function firstReply(child: ChildProcess): Promise<Reply> {
  const stderr = lastWords(child);
  try {
    return await firstAnswer(child, { take: (message) => message as Reply, limitMs: START_TIMEOUT_MS });
  } catch (thrown) {
    const hint = "`npm run build` makes the compiled entry, if that is what is missing";
    const last = stderr() === "" ? "" : `: ${stderr()}`;
    throw new HarnessError("environment", `the fault proxy ${messageOf(thrown)}${last}`, { hint });
  }
}

/** Starts the proxy process; rejects with an environment error when it does not come up. */
export async function startProxyProcess(options: ProxyProcessOptions): Promise<ProxyProcess> {
  const child = forkEntry(fileURLToPath(compiledEntry(import.meta.url, "proxy/main.js")), { mark: options.mark });
  let stopping = false;
  child.once("spawn", () => {
    child.send({ type: "start", token: randomBytes(24).toString("base64url"), seed: options.seed });
  });
  const reply = await firstReply(child).catch(async (error: unknown) => {
    await endChild(child, STOP_TIMEOUT_MS);
    throw error;
  });
  if (reply.type === "failed") {
    await endChild(child, STOP_TIMEOUT_MS);
    throw new HarnessError("environment", `the fault proxy could not start: ${reply.reason}`);
  }
  child.once("exit", (code, signal) => {
    if (!stopping) options.onLost?.(`the fault proxy ended by itself (${signal ?? code})`);
  });
  const { apiUrl } = reply;
  const client = new Toxiproxy(apiUrl);

  async function stop(): Promise<readonly string[]> {
    stopping = true;
    await endChild(child, STOP_TIMEOUT_MS);
    return [];
  }

  return {
    helper: { pid: child.pid ?? 0, what: "the fault proxy" },
    apiUrl,
    nameOf: (edge) => edge,
    async addEdge(name, upstream) {
      if (!canNameProxy(name)) throw new HarnessError("bug", `${JSON.stringify(name)} cannot name a proxy`);
      try {
        return (await client.createProxy({ name, listen: anyPort, upstream, enabled: true })).listen;
      } catch (error) {
        throw new HarnessError("environment", `the fault proxy refused the edge ${name} to ${upstream}`, {
          hint: messageOf(error),
        });
      }
    },
    leadEdge: (edge, upstream) => leadProxy(client, edge, upstream),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}
