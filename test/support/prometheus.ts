// A real Prometheus server for tests, of Debian's package or PROMETHEUS_PATH: scrapes what it is told, on a free port.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allocatePorts } from "../../src/platforms/starting/free-ports.ts";
import { projectRoot } from "./rebound-process.ts";

const installed = process.env["PROMETHEUS_PATH"] ?? join(projectRoot, ".cache/tools/prometheus");

/** Why there is none; undefined when there is one. */
export const noPrometheus: string | undefined = existsSync(installed)
  ? undefined
  : "no Prometheus server: run test/support/install-tools.sh (needs apt), or set PROMETHEUS_PATH";

if (noPrometheus !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noPrometheus}\n\n`);

export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
  /** Stops it for good, as the end of the test does. */
  end(): Promise<void>;
}

/** A server that scrapes these ports of 127.0.0.1 twice a second. Resolves when it is ready. */
export async function startPrometheus(ports: readonly number[]): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), "rebound-prometheus-"));
  const [port] = await allocatePorts(1, process.pid, "prometheus");
  const targets = ports.map((one) => `"127.0.0.1:${one}"`).join(", ");
  const config = `global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs: [{ job_name: stack, static_configs: [{ targets: [${targets}] }] }]
`;
  await writeFile(join(folder, "prometheus.yml"), config);
  const url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
  const child = spawn(installed, [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
  const exited = once(child, "exit");
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error("the Prometheus server ended at its start");
    await new Promise(setImmediate);
  }
  return { url, end, [Symbol.asyncDispose]: end };
}
