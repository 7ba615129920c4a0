// Starts supervisord with the configuration beside this file, and turns what it tells into what Rebound reads: a page
// that says when all is there, an inventory, and the start of a process that an operator asks for. It repairs nothing.

import { spawn } from "node:child_process";
import { mkdir, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readNotes } from "../notes-app.ts";
import { fail, isWell, portOf, publish } from "../publish.ts";
import { detectorAt } from "./detector.ts";
import { inventoryOf, isUp, wordsOf, type Listed } from "./inventory.ts";
import { storedVectors } from "./stored-vectors.ts";
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
const notesFile = join(root, "targets/foreign/notes.jsonl");
const notes = readNotes(notesFile);
const ports = { chroma: portOf("CHROMA_PORT", 7602), app: portOf("APP_PORT", 7601), ...detector };
/** supervisord ends its processes within their stopwaitsecs, and then itself. */
const endMs = 8_000;
/** Chroma answers within 0.5 s of its start on a calm machine. */
const reloadMs = 5_000;
/** Of SQLite, as Chroma has it. */
const pageBytes = 4_096;

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
    APP_NOTES: notesFile,
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

publish(portOf("READER_PORT", 7600), process.env["STACK_OPERATOR_TOKEN"] ?? "", {
  isReady,
  inventory: async () => inventoryOf(await listed(), ports, await files()),
  words: async () => wordsOf(await listed()),
  names: Object.keys(ports),
  start: operatorStart,
  reload: loadAnew,
});

async function listed(): Promise<Listed> {
  return (await call(socket, "supervisor.getAllProcessInfo")) as unknown as Listed;
}

async function isReady(): Promise<boolean> {
  const well = await Promise.all([
    isWell(`http://127.0.0.1:${ports.app}/ready`),
    isWell(`http://127.0.0.1:${ports.chroma}/api/v2/heartbeat`),
    ...Object.values(detector ?? {}).map((port) => isWell(`http://127.0.0.1:${port}/-/ready`)),
  ]);
  return well.every(Boolean);
}

async function operatorStart(name: string): Promise<{ readonly started: boolean; readonly pid: number | undefined }> {
  const find = async (): Promise<Listed[number] | undefined> => (await listed()).find((one) => one.name === name);
  const before = await find();
  if (before !== undefined && isUp(before)) return { started: false, pid: before.pid };
  await call(socket, "supervisor.startProcess", [name, true], 10_000);
  return { started: true, pid: (await find())?.pid };
}

/** Of the database as it was when it was looked at last: it is asked for several times a second. */
let looked: { readonly marks: string; readonly files: Readonly<Record<string, readonly object[]>> } | undefined;

/** Chroma's database, by the application that answers from it: its pages, and where vectors lie in them. */
async function files(): Promise<Readonly<Record<string, readonly object[]>>> {
  const path = join(dir, "chroma/chroma.sqlite3");
  const state = await stat(path, { bigint: true }).catch(() => null);
  const marks = state === null ? "" : [state.ino, state.size, state.mtimeNs, state.ctimeNs].join(" ");
  if (looked?.marks === marks) return looked.files;
  const file = await readFile(path).catch(() => Buffer.alloc(0));
  // What Chroma read once it keeps.
  const of = { path, format: "sqlite", reads: "at-load" };
  const pages = { offset: 0, rowBytes: pageBytes, rows: Math.floor(file.length / pageBytes) };
  const vectors = storedVectors(file, notes);
  const found = [
    { role: "index", ...of, payload: pages },
    ...(vectors ? [{ role: "vectors", ...of, payload: vectors }] : []),
  ];
  looked = { marks, files: { app: found } };
  return looked.files;
}

/** The application answers from what Chroma holds: so that is started anew. */
async function loadAnew(): Promise<string | undefined> {
  await call(socket, "supervisor.stopProcess", ["chroma", true], 10_000).catch(() => undefined);
  await call(socket, "supervisor.startProcess", ["chroma", true], 10_000).catch(() => undefined);
  const until = performance.now() + reloadMs;
  while (performance.now() < until) {
    if (await isWell(`http://127.0.0.1:${ports.chroma}/api/v2/heartbeat`)) return undefined;
    await delay(100);
  }
  return `Chroma does not answer within ${reloadMs} ms of its start`;
}

async function end(): Promise<void> {
  const gone = new Promise((done) => supervisord.once("exit", done));
  if (supervisord.exitCode === null && supervisord.signalCode === null) {
    supervisord.kill("SIGTERM");
    await Promise.race([gone, delay(endMs)]);
  }
  process.exit(0);
}
