// Starts runit on the services beside this file, and turns what `sv status` says into what Rebound reads. It repairs
// nothing.

import { spawn } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fail, isWell, portOf, publish } from "../publish.ts";
import { openConnection } from "./postgres-client.ts";
import { copy, drop, environment, handOver, here, notesFile, output, postgresBelow, root } from "./programs.ts";
import { inventoryOf, statusOf, wordsOf, type Status } from "./status.ts";

const dir = process.env["STACK_DIR"] ?? join(root, ".cache/foreign/runit-work");
const cluster = join(process.env["STACK_CACHE"] ?? "", "runit-cluster-1");
const ports = {
  app: portOf("APP_PORT", 7611),
  haproxy: portOf("HAPROXY_PORT", 7612),
  postgres: portOf("POSTGRES_PORT", 7613),
};
const names = Object.keys(ports);
const services = join(dir, "services");
const pageBytes = 8_192;
/** An ablation arm sets it to "no": what ends stays ended. */
const restarts = process.env["STACK_RESTARTS"] !== "no";

// PostgreSQL's user passes through the folder, and sees nothing else of it.
await chmod(dir, 0o711);
await postgresBelow(dir);
await copy(cluster, join(dir, "data"));
await chmod(join(dir, "data"), 0o700);
handOver(join(dir, "data"));
await copy(join(here, "services"), services);

const { STACK_OPERATOR_TOKEN: _kept, ...inherited } = process.env;
const runsvdir = spawn("runsvdir", [services], {
  stdio: ["ignore", "inherit", "inherit"],
  env: {
    ...inherited,
    ...environment,
    STACK_DIR: dir,
    STACK_HERE: here,
    STACK_DROP: drop.join(" "),
    STACK_NODE: process.execPath,
    STACK_APP: join(import.meta.dirname, "app.js"),
    APP_NOTES: notesFile,
    APP_TO_DATABASE: process.env["APP_TO_DATABASE"] ?? `127.0.0.1:${ports.haproxy}`,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)])),
  },
});
runsvdir.once("error", (error) => fail(error.message));

process.once("SIGTERM", () => void end());
process.once("SIGINT", () => void end());

let files: Readonly<Record<string, readonly object[]>> = {};
let isBegun = false;
void begin().catch((thrown: unknown) => fail(String(thrown)));

publish(portOf("READER_PORT", 7610), process.env["STACK_OPERATOR_TOKEN"] ?? "", {
  isReady: async () =>
    isBegun && (await isWell(`http://127.0.0.1:${ports.app}/health`)) && (await isServed(ports.haproxy)),
  inventory: async () => inventoryOf(await listed(), ports, files),
  words: async () => wordsOf(await listed()),
  names,
  async start(name) {
    const find = async (): Promise<number | undefined> =>
      (await listed()).find((one) => one.name === name)?.pid ?? undefined;
    const before = await find();
    if (before !== undefined) return { started: false, pid: before };
    await sv("start", [name]);
    return { started: true, pid: await find() };
  },
});

/** sv ends with the number of services that are not as it was asked. */
async function sv(command: string, of: readonly string[]): Promise<string> {
  const paths = of.map((name) => join(services, name));
  return output("sv", ["-w", "5", command, ...paths]).catch((thrown: { stdout?: string }) => thrown.stdout ?? "");
}

const listed = async (): Promise<readonly Status[]> => statusOf(await sv("status", names));

async function isServed(port: number): Promise<boolean> {
  try {
    using database = await openConnection("127.0.0.1", port, 1_000);
    return (await database.query("SELECT 1")).length === 1;
  } catch {
    return false;
  }
}

/** Waits for PostgreSQL, learns where its table lies, and has runit let end what ends, where that is asked for. */
async function begin(): Promise<void> {
  while (!(await isServed(ports.postgres))) await delay(100);
  using database = await openConnection("127.0.0.1", ports.postgres, 3_000);
  const [[path = ""] = []] = await database.query("SELECT pg_relation_filepath('notes')");
  const file = join(dir, "data", path ?? "");
  const rows = Math.floor((await stat(file)).size / pageBytes);
  // Pages of PostgreSQL, and what the application answers from: so it stands beside the application.
  const payload = { offset: 0, rowBytes: pageBytes, rows };
  files = { app: [{ role: "index", path: file, format: "postgresql-heap", payload }] };
  if (!restarts) await letEnd();
  isBegun = true;
}

/** `sv once`, and a look whether it took: runit says then that it wants the service down although it runs. */
async function letEnd(): Promise<void> {
  while (!(await listed()).every(({ pid }) => pid !== null)) await delay(50);
  await sv("once", names);
  while (!(await listed()).every(({ wantsDown }) => wantsDown)) await delay(50);
}

async function end(): Promise<void> {
  const gone = new Promise((done) => runsvdir.once("exit", done));
  // It would start the supervisors of the services again.
  runsvdir.kill("SIGTERM");
  await gone;
  await sv("force-shutdown", names);
  process.exit(0);
}
