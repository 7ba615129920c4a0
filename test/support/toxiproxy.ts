// The servers that the API tests speak to: ours as a process of its own, and a real Toxiproxy where there is one.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { allocatePorts } from "../../src/platforms/starting/free-ports.ts";
import { projectRoot } from "./rebound-process.ts";

const realBinary = join(projectRoot, ".cache/tools/toxiproxy-server");
const realUrl = process.env["TOXIPROXY_URL"];

/** A server under test. */
export interface ToxiproxyServer extends AsyncDisposable {
  readonly url: string;
  /** Absent for one that somebody else runs. */
  readonly pid?: number;
}

/** Why there is no real server to compare with; undefined when there is one. */
export const noRealServer: string | undefined =
  realUrl !== undefined || existsSync(realBinary)
    ? undefined
    : "no real Toxiproxy: run test/support/install-tools.sh (needs Go), or set TOXIPROXY_URL";

if (noRealServer !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noRealServer}\n\n`);

/** `rebound proxy` on a free port. */
export async function startOurs(...options: readonly string[]): Promise<ToxiproxyServer> {
  const args = [join(projectRoot, "bin/rebound.js"), "proxy", "--port", "0", "--seed", "1", ...options];
  return started(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }), /API on (\S+)/);
}

/** The server at TOXIPROXY_URL, emptied; else the installed one, on a free port. */
export async function startReal(): Promise<ToxiproxyServer> {
  if (realUrl !== undefined) {
    const proxies = (await (await fetch(`${realUrl}/proxies`)).json()) as object;
    for (const name of Object.keys(proxies)) await fetch(`${realUrl}/proxies/${name}`, { method: "DELETE" });
    return { url: realUrl, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const [port] = await allocatePorts(1, process.pid, "real toxiproxy");
  const args = ["-host", "127.0.0.1", "-port", String(port), "-proxy-metrics"];
  const child = spawn(realBinary, args, { stdio: ["ignore", "pipe", "inherit"] });
  const server = await started(child, /Starting Toxiproxy HTTP server/, `http://127.0.0.1:${port}`);
  while (!(await fetch(`${server.url}/version`).catch(() => undefined))?.ok) await new Promise(setImmediate);
  return server;
}

async function started(child: ChildProcess, ready: RegExp, url?: string): Promise<ToxiproxyServer> {
  const lines = createInterface({ input: child.stdout as Readable });
  const found = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`the server ended at start (${signal ?? code})`)));
    lines.on("line", (line) => {
      const match = ready.exec(line);
      if (match !== null) resolve(url ?? match[1] ?? "");
    });
  });
  return {
    url: found,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}
