// Starts supervisord with the configuration beside this file, and turns what it tells into what Rebound reads: a page
// that says when all is there, an inventory, and the start of a process that an operator asks for. It repairs nothing.

import { spawn } from "node:child_process";
import { createHash, timingSafeEqual } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { detectorAt } from "./detector.ts";
import { inventoryOf, isUp, wordsOf, type Listed } from "./inventory.ts";
import { call } from "./xml-rpc.ts";

const root = resolve(import.meta.dirname, "../../../..");
const here = join(root, "targets/foreign/supervisord");
const dir = process.env["STACK_DIR"] ?? join(root, ".cache/foreign/supervisord-work");
const socket = join(dir, "supervisor.sock");
/** With its detector, where it is to have one. */
const detector =
  process.env["STACK_DETECTOR"] === "yes"
    ? { prometheus: portOf("PROMETHEUS_PORT", 7603), alertmanager: portOf("ALERTMANAGER_PORT", 7604) }
    : undefined;
const ports = { chroma: portOf("CHROMA_PORT", 7602), app: portOf("APP_PORT", 7601), ...detector };
const token = process.env["STACK_OPERATOR_TOKEN"] ?? "";
/** supervisord ends its processes within their stopwaitsecs, and then itself. */
const endMs = 8_000;

await mkdir(join(dir, "chroma"), { recursive: true });
const besides =
  detector === undefined
    ? { STACK_MORE: join(dir, "none") }
    : await detectorAt(dir, { root, app: ports.app, ...detector });
const { STACK_OPERATOR_TOKEN: _kept, ...environment } = process.env;
const supervisord = spawn("python3", ["-m", "supervisor.supervisord", "-c", join(here, "supervisord.conf")], {
  stdio: ["ignore", "inherit", "inherit"],
  env: {
    ...environment,
    PYTHONPATH: join(root, ".cache/foreign/supervisor"),
    PYTHONWARNINGS: "ignore",
    CHROMA_WHEEL: join(root, ".cache/engines/chroma"),
    CHROMA_PORT: String(ports.chroma),
    APP_PORT: String(ports.app),
    APP_TO_CHROMA: process.env["APP_TO_CHROMA"] ?? `127.0.0.1:${ports.chroma}`,
    APP_NOTES: join(here, "notes.jsonl"),
    STACK_DIR: dir,
    STACK_USER: userInfo().username,
    STACK_NODE: process.execPath,
    STACK_APP: join(import.meta.dirname, "app.js"),
    // What an ablation arm sets to "false".
    STACK_AUTORESTART: process.env["STACK_AUTORESTART"] ?? "true",
    ...besides,
  },
});
supervisord.once("error", (error) => fail(error.message));
// Who started us looks for what is left by our mark; a stack without its supervisor goes on as it is.
supervisord.once("exit", (code, signal) => console.error(`supervisord ended: ${signal ?? code}`));

process.once("SIGTERM", () => void end());
process.once("SIGINT", () => void end());

createServer((request, response) => {
  answer(request).then(
    ({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    },
    (thrown: unknown) => {
      response.writeHead(503, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: String(thrown) }));
    },
  );
})
  .once("error", (error) => fail(error.message))
  .listen(portOf("READER_PORT", 7600), "127.0.0.1");

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? "/";
  if (path === "/ready") return ready();
  if (path === "/inventory") return { status: 200, body: inventoryOf(await listed(), ports) };
  if (path === "/words") return { status: 200, body: wordsOf(await listed()) };
  const [, name = ""] = /^\/processes\/([a-z]+)\/start$/.exec(path) ?? [];
  if (request.method !== "POST" || !Object.hasOwn(ports, name)) return { status: 404, body: { error: "not found" } };
  if (!mayOperate(request)) return { status: 401, body: { error: "a valid bearer token is needed" } };
  return operatorStart(name);
}

async function listed(): Promise<Listed> {
  return (await call(socket, "supervisor.getAllProcessInfo")) as unknown as Listed;
}

async function ready(): Promise<Answer> {
  const isWell = async (url: string): Promise<boolean> =>
    fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    );
  const well = await Promise.all([
    isWell(`http://127.0.0.1:${ports.app}/ready`),
    isWell(`http://127.0.0.1:${ports.chroma}/api/v2/heartbeat`),
    ...Object.values(detector ?? {}).map((port) => isWell(`http://127.0.0.1:${port}/-/ready`)),
  ]);
  return { status: well.every(Boolean) ? 200 : 503, body: {} };
}

async function operatorStart(name: string): Promise<Answer> {
  const find = async (): Promise<Listed[number] | undefined> => (await listed()).find((one) => one.name === name);
  const before = await find();
  if (before !== undefined && isUp(before)) return { status: 200, body: { started: false, pid: before.pid } };
  await call(socket, "supervisor.startProcess", [name, true], 10_000);
  return { status: 200, body: { started: true, pid: (await find())?.pid } };
}

/** Without a token in the environment nobody may operate. */
function mayOperate(request: IncomingMessage): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== "" && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

async function end(): Promise<void> {
  const gone = new Promise((done) => supervisord.once("exit", done));
  if (supervisord.exitCode === null && supervisord.signalCode === null) {
    supervisord.kill("SIGTERM");
    await Promise.race([gone, delay(endMs)]);
  }
  process.exit(0);
}

function fail(says: string): never {
  console.error(says);
  process.exit(1);
}

function portOf(name: string, fallback: number): number {
  const port = Number(process.env[name] ?? fallback);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${name} is ${JSON.stringify(process.env[name])}; expected a port`);
}
