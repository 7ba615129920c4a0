// Chroma's server as a child of this process: bound to loopback, with a folder of its own, ended with its parent
// however that ends. It reports to nobody: the native server has no product telemetry, and tracing is not configured.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import { projectRoot } from "../../../config.ts";
import { HERE, wheelFolder } from "./wheel.ts";

const API = "/api/v2/tenants/default_tenant/databases/default_database";
/** A server answers within 0.3 s on a calm machine. */
const START_MS = 15_000;
/** After SIGTERM it closes its database. */
const END_MS = 3000;
const ANSWER_MS = 10_000;
const SAID = 2000;

export interface ChromaServer {
  /** Asks the API below the default database. Rejects when the answer is an error. */
  readonly ask: (method: "GET" | "POST", path: string, body?: unknown) => Promise<unknown>;
  /** Resolves, with how, when the process has ended; it does so only when it ended by itself. */
  readonly ended: Promise<string>;
  readonly end: () => Promise<void>;
}

/** Starts a server on a folder. Rejects when it does not answer. */
export async function startServer(folder: string): Promise<ChromaServer> {
  const scratch = await mkdtemp(join(tmpdir(), "chroma-server-"));
  const port = await freePort();
  const config = join(scratch, "config.json");
  // JSON is YAML as well, which is what the server reads.
  await writeFile(config, JSON.stringify({ persist_path: folder, listen_address: "127.0.0.1", port }));
  const launcher = join(projectRoot(), HERE, "serve.py");
  const child = spawn("python3", ["-I", "-S", launcher, wheelFolder(), config, String(process.pid)], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: tmpdir(),
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-SAID)));
  const exit = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(`Chroma's server ended with ${signal ?? `code ${code}`}${lastOf(said)}`),
    );
  });
  const agent = new Agent({ keepAliveTimeout: 4000 });
  let isEnding = false;
  const end = async (): Promise<void> => {
    isEnding = true;
    await endChild(child, exit);
    await agent.destroy();
    await rm(scratch, { recursive: true, force: true });
  };
  const ask: ChromaServer["ask"] = (method, path, body) => askServer({ port, agent }, { method, path, body });
  try {
    await answering(child, exit, () => ask("GET", "/collections"));
    // It was read: nothing is left behind by a process that is killed.
    await rm(scratch, { recursive: true, force: true });
  } catch (error) {
    await end();
    throw error;
  }
  const ended = new Promise<string>((resolve) => void exit.then((how) => (isEnding ? undefined : resolve(how))));
  return { ask, ended, end };
}

/** Waits until the child answers. */
async function answering(child: ChildProcess, exit: Promise<string>, look: () => Promise<unknown>): Promise<void> {
  const limit = performance.now() + START_MS;
  const gone = exit.then((how) => Promise.reject(new Error(how)));
  for (;;) {
    const answered = await Promise.race([look().then(isDone, isRefused), gone]);
    if (answered && child.exitCode === null) return;
    if (performance.now() > limit) throw new Error(`Chroma's server did not answer within ${START_MS} ms`);
    await Promise.race([pause(20), gone]);
  }
}

const isDone = (): boolean => true;
const isRefused = (): boolean => false;

async function endChild(child: ChildProcess, exit: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
  await exit;
  clearTimeout(timer);
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: unknown;
}

async function askServer(
  { port, agent }: { readonly port: number; readonly agent: Agent },
  { method, path, body }: Question,
): Promise<unknown> {
  const answer = await request(`http://127.0.0.1:${port}${API}${path}`, {
    method,
    dispatcher: agent,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`Chroma answered ${answer.statusCode}: ${text.slice(0, 200)}`);
  return JSON.parse(text === "" ? "null" : text);
}

/** Somebody may take it before the server does: then the server ends at once, and says so. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on loopback");
  return address.port;
}

function lastOf(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line}`;
}
