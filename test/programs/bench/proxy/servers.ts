// The proxies that are compared: ours, a real Toxiproxy where one is installed, and none (straight to the upstream).

import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const root = resolve(import.meta.dirname, "../../../../..");
const realBinary = join(root, ".cache/tools/toxiproxy-server");

export interface Upstream {
  readonly source: number;
  readonly sink: number;
  readonly echo: number;
}

/** One way to the upstream. */
export interface Way {
  readonly name: "ours" | "real" | "direct";
  readonly ports: Upstream;
  /** Of the proxy process; absent for the straight way. */
  readonly pid?: number;
  /** Delays what the echo sends by that many ms; 0 takes the delay away. */
  delayEcho(ms: number): Promise<void>;
}

const children: ChildProcess[] = [];

/** Ends every process that was started here. */
export function endAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

export async function startUpstream(): Promise<Upstream> {
  const child = fork(join(import.meta.dirname, "ends.js"));
  children.push(child);
  const [ports] = (await once(child, "message")) as [Upstream];
  return ports;
}

/** A proxy that runs, and its API. */
export interface RunningProxy {
  readonly name: string;
  readonly pid: number;
  /** Makes a proxy to a port of this machine; gives the port on which it listens. */
  through(port: number, name: string): Promise<number>;
  /** Delays what comes back from there by that many ms; 0 takes the delay away. */
  delay(name: string, ms: number): Promise<void>;
}

/** Ours first, that of another build (the folder of one that is built), and a real Toxiproxy where one is installed. */
export async function startProxies(build?: string): Promise<readonly RunningProxy[]> {
  const ours = (folder: string): readonly string[] => [
    process.execPath,
    join(folder, "bin/rebound.js"),
    "proxy",
    "--port",
    "0",
    "--seed",
    "1",
  ];
  const proxies = [await startProxy("ours", { command: ours(root), ready: /API on (\S+)/ })];
  if (build !== undefined) {
    proxies.push(await startProxy("before", { command: ours(resolve(build)), ready: /API on (\S+)/ }));
  }
  if (existsSync(realBinary)) {
    const port = 20_000 + (process.pid % 10_000);
    const real = [realBinary, "-host", "127.0.0.1", "-port", String(port)];
    const server = { command: real, ready: /Starting Toxiproxy HTTP/, url: `http://127.0.0.1:${port}` };
    proxies.push(await startProxy("real", server));
  }
  return proxies;
}

/** Every way that this machine offers, ours first. */
export async function startWays(upstream: Upstream): Promise<readonly Way[]> {
  const ways: Way[] = [];
  for (const proxy of await startProxies()) {
    const [source, sink, echo] = [
      await proxy.through(upstream.source, "source"),
      await proxy.through(upstream.sink, "sink"),
      await proxy.through(upstream.echo, "echo"),
    ];
    const name = proxy.name === "real" ? "real" : "ours";
    ways.push({ name, pid: proxy.pid, ports: { source, sink, echo }, delayEcho: (ms) => proxy.delay("echo", ms) });
  }
  return [...ways, { name: "direct", ports: upstream, delayEcho: () => Promise.resolve() }];
}

interface ProxyServer {
  readonly command: readonly string[];
  /** What it prints once it listens; its first group is the URL of its API, where that is not known before. */
  readonly ready: RegExp;
  readonly url?: string;
}

async function startProxy(
  name: string,
  { command: [file = "", ...args], ready, url: knownUrl }: ProxyServer,
): Promise<RunningProxy> {
  // A server that logs every connection is measured without the cost of a terminal; its output is read and dropped.
  const env = { ...process.env, LOG_LEVEL: name === "real" ? "info" : "" };
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], env });
  children.push(child);
  const url = await saidUrl(child, ready, knownUrl);
  while (!(await fetch(`${url}/version`).catch(() => undefined))?.ok) await new Promise(setImmediate);
  return {
    name,
    pid: child.pid ?? 0,
    async through(port, to) {
      const body = { name: to, listen: "127.0.0.1:0", upstream: `127.0.0.1:${port}` };
      const { listen } = (await (await post(`${url}/proxies`, body)).json()) as { listen: string };
      return Number(listen.split(":")[1]);
    },
    async delay(to, ms) {
      if (ms === 0) await fetch(`${url}/proxies/${to}/toxics/slow`, { method: "DELETE" });
      else await post(`${url}/proxies/${to}/toxics`, { name: "slow", type: "latency", attributes: { latency: ms } });
    },
  };
}

/** Starts a program that ends with the bench; resolves once it has printed `ready`. */
export async function startBeside(
  command: readonly string[],
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  children.push(child);
  await saidUrl(child, ready, "");
  return child;
}

async function post(url: string, body: unknown): Promise<Response> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}

function saidUrl(child: ChildProcess, ready: RegExp, knownUrl: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`${child.spawnfile} ended at start (${signal ?? code})`)));
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      const match = ready.exec(line);
      if (match !== null) resolve(knownUrl ?? match[1] ?? "");
    });
  });
}

/** Memory of a process that is really in use (Linux), MiB. */
export function rssOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1_024;
}

/** Most files that a process may have open (Linux, soft limit). */
export function openFilesLimit(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
}
