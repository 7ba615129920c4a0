// A real Restate server for tests: on free loopback ports, with its data in a folder of its own, gone at the end.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../../targets/reference-ai-stack/config.ts";
import { freePort } from "./free-port.ts";

export interface RestateForTest extends AsyncDisposable {
  readonly ingress: string;
  readonly admin: string;
  /** Ends the server by SIGKILL and starts it again on what it had written. */
  killAndRestart(): Promise<void>;
}

const system = `${process.platform}-${process.arch}`;
const binary = join(
  projectRoot(),
  `test/engines/restate/node_modules/@restatedev/restate-server-${system}/bin/restate-server`,
);
/** How long a server may take to start on a busy machine, ms. */
const START_MS = 60_000;

/** Why there is no server; undefined when there is one. */
export const noRestate: string | undefined = existsSync(binary)
  ? undefined
  : "no Restate server: run test/support/install-tools.sh";

if (noRestate !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noRestate}\n\n`);

/** Resolves when the server answers. Rejects with the end of its log when it does not start. */
export async function startRestate(): Promise<RestateForTest> {
  const ports = { fabric: await freePort(), admin: await freePort(), ingress: await freePort() };
  const folder = await mkdtemp(join(tmpdir(), "restate-"));
  let child = await spawnServer(folder, ports);
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return {
    ...urlsOf(ports),
    async killAndRestart() {
      await end();
      child = await spawnServer(folder, ports);
    },
    async [Symbol.asyncDispose]() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Ports = Readonly<Record<"fabric" | "admin" | "ingress", number>>;

function urlsOf({ ingress, admin }: Ports): { readonly ingress: string; readonly admin: string } {
  return { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}` };
}

async function spawnServer(folder: string, ports: Ports): Promise<ChildProcess> {
  const log = join(folder, "server.log");
  const out = openSync(log, "a");
  const child = spawn(binary, ["--no-logo"], { env: environment(folder, ports), stdio: ["ignore", out, out] });
  closeSync(out);
  const { admin, ingress } = urlsOf(ports);
  const until = Date.now() + START_MS;
  while (!((await answers(`${admin}/health`)) && (await answers(`${ingress}/restate/health`)))) {
    if (child.exitCode === null && Date.now() < until) {
      await pause(50);
      continue;
    }
    child.kill("SIGKILL");
    throw new Error(`the Restate server did not start:\n${(await readFile(log, "utf8")).slice(-3000)}`);
  }
  return child;
}

/** Small, silent and alone: one partition, no page of its own, nothing sent home. */
function environment(folder: string, ports: Ports) {
  return {
    RESTATE_BASE_DIR: folder,
    RESTATE_BIND_IP: "127.0.0.1",
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BIND_PORT: String(ports.fabric),
    RESTATE_ADMIN__BIND_PORT: String(ports.admin),
    RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
    RESTATE_ADMIN__DISABLE_WEB_UI: "true",
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_DEFAULT_NUM_PARTITIONS: "1",
    RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "128 MiB",
    RESTATE_LOG_DISABLE_ANSI_CODES: "true",
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}
