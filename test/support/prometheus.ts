// A real Prometheus server for tests, of Debian's package or PROMETHEUS_PATH: scrapes what it is told, on a free port;
// and a real Alertmanager of the same release.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allocatePorts } from "../../src/platforms/starting/free-ports.ts";
import { projectRoot } from "./rebound-process.ts";

const unpacked = join(projectRoot, ".cache/foreign/prometheus/usr/bin");
const installed = process.env["PROMETHEUS_PATH"] ?? join(unpacked, "prometheus");
const alertmanager = join(unpacked, "prometheus-alertmanager");

/** Why there is none; undefined when there is one. */
export const noPrometheus: string | undefined = existsSync(installed)
  ? undefined
  : "no Prometheus server: run test/support/install-tools.sh (needs apt), or set PROMETHEUS_PATH";

if (noPrometheus !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noPrometheus}\n\n`);

/** Why there is no Alertmanager; undefined when there is one. */
export const noAlertmanager: string | undefined = existsSync(alertmanager)
  ? undefined
  : "no Alertmanager: run test/support/install-tools.sh (needs apt)";

if (noAlertmanager !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noAlertmanager}\n\n`);

export interface RealServer extends AsyncDisposable {
  readonly url: string;
  /** Stops it for good, as the end of the test does. */
  end(): Promise<void>;
}

interface Judges {
  /** A file of rules, as YAML, judged twice a second. */
  readonly rules: string;
  /** Is told what fires. */
  readonly alertmanager: RealServer;
}

/** A server that scrapes these ports of 127.0.0.1 twice a second. Resolves when it is ready. */
export async function startPrometheus(ports: readonly number[], judges?: Judges): Promise<RealServer> {
  const targets = ports.map((one) => `"127.0.0.1:${one}"`).join(", ");
  const told =
    judges === undefined
      ? ""
      : `rule_files: [rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["${new URL(judges.alertmanager.url).host}"] }] }] }
`;
  const config = `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
scrape_configs: [{ job_name: stack, static_configs: [{ targets: [${targets}] }] }]
${told}`;
  return startServer("prometheus", {
    files: { "prometheus.yml": config, "rules.yml": judges?.rules ?? "" },
    command: (folder, address) => [
      installed,
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
    ],
  });
}

/** A server that calls nobody. Resolves when it is ready. */
export async function startAlertmanager(): Promise<RealServer> {
  return startServer("alertmanager", {
    files: { "alertmanager.yml": "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n" },
    command: (folder, address) => [
      alertmanager,
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
    ],
  });
}

interface ServerHow {
  readonly files: Readonly<Record<string, string>>;
  readonly command: (folder: string, address: string) => readonly [string, ...string[]];
}

async function startServer(name: string, { files, command }: ServerHow): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), `rebound-${name}-`));
  const [port] = await allocatePorts(1, process.pid, name);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const [program, ...args] = command(folder, `127.0.0.1:${port}`);
  const child = spawn(program, args, { stdio: "ignore" });
  const exited = once(child, "exit");
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error(`the server of ${name} ended at its start`);
    await new Promise(setImmediate);
  }
  return { url, end, [Symbol.asyncDispose]: end };
}
