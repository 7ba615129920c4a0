// Starts the front and the two backs, says who runs where, and starts one again when the operator asks. By itself it
// repairs nothing, unless ECHO_RESTART_AFTER_MS says after how long it starts one again that ended.

import { spawn, type ChildProcess } from "node:child_process";
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { portFrom, serve, type Answer } from "./web.ts";

const replicas = {
  "back-1": { service: "back", port: portFrom("BACK_1_PORT", 7502), command: ["back.js", "1"] },
  "back-2": { service: "back", port: portFrom("BACK_2_PORT", 7503), command: ["back.js", "2"] },
  front: { service: "front", port: portFrom("FRONT_PORT", 7501), command: ["front.js"] },
} as const;
type Name = keyof typeof replicas;
const names: readonly Name[] = ["back-1", "back-2", "front"];

const children = new Map<Name, ChildProcess>();
const token = process.env["ECHO_OPERATOR_TOKEN"] ?? "";
/** How long a service may take to answer after its start. */
const startTimeoutMs = 5_000;
const restartAfterMs = Number(process.env["ECHO_RESTART_AFTER_MS"] ?? NaN);
let ending = false;

for (const name of names) await start(name);

process.once("SIGTERM", end);
process.once("SIGINT", end);

await serve(portFrom("ECHO_PORT", 7500), async (request, url) => {
  if (url.pathname === "/ready") return ready();
  if (url.pathname === "/inventory") return inventory();
  const asked = names.find((name) => url.pathname === `/replicas/${name}/start`);
  if (request.method !== "POST" || asked === undefined) return { status: 404, body: { error: "not found" } };
  if (!mayOperate(request)) return { status: 401, body: { error: "a valid bearer token is needed" } };
  return operatorStart(asked);
});

async function start(name: Name): Promise<number> {
  const {
    command: [script, ...args],
    port,
  } = replicas[name];
  const { ECHO_OPERATOR_TOKEN: _kept, ...environment } = process.env;
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.set(name, child);
  child.once("exit", (code, signal) => {
    console.error(`${name} (pid ${child.pid}) ended: ${signal ?? code}`);
    if (restartAfterMs >= 0) void restart(name);
  });
  const deadline = performance.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (!runs(child) || performance.now() > deadline) throw new Error(`${name} did not come up on port ${port}`);
    await delay(20);
  }
  return child.pid ?? 0;
}

/** What comes up, or does not, shows in the inventory; the next end of it is answered anew. */
async function restart(name: Name): Promise<void> {
  await delay(restartAfterMs);
  await operatorStart(name).catch((thrown: unknown) => console.error(thrown));
}

async function operatorStart(name: Name): Promise<Answer> {
  const child = children.get(name);
  if (child !== undefined && runs(child)) return { status: 200, body: { started: false, pid: child.pid } };
  if (ending) return { status: 503, body: { error: "the stack is ending" } };
  return { status: 200, body: { started: true, pid: await start(name) } };
}

async function ready(): Promise<Answer> {
  const well = await Promise.all(names.map((name) => answers(replicas[name].port)));
  const missing = names.filter((_, index) => !well[index]);
  return { status: missing.length === 0 ? 200 : 503, body: { missing } };
}

function inventory(): Answer {
  const published = names.map((name) => {
    const { service, port } = replicas[name];
    const child = children.get(name);
    const pid = child !== undefined && runs(child) ? (child.pid ?? null) : null;
    return { service, replica: name, pid, port, version: "1" };
  });
  return { status: 200, body: { replicas: published } };
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(1_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function runs(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/**
 * Without a token in the environment nobody may operate. Digests are compared, in constant time and of equal length.
 */
function mayOperate(request: IncomingMessage): boolean {
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== "" && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function end(): void {
  ending = true;
  const running = [...children.values()].filter(runs);
  const ended = running.map((child) => new Promise<void>((resolve) => child.once("exit", () => resolve())));
  for (const child of running) child.kill("SIGTERM");
  void Promise.race([Promise.all(ended), delay(1_000)]).then(() => {
    for (const child of running.filter(runs)) child.kill("SIGKILL");
    process.exit(0);
  });
}
