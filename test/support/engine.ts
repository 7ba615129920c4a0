// A Docker engine for tests: the one that answers where DOCKER_HOST or the usual socket says, or one of their own
// (private-engine.mjs). Only where REBOUND_TEST_ENGINE=1 asks for it; then one that cannot be had is a failure. In CI
// it is a failure not to ask.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import { findEngine } from "./find-engine.mjs";
import { nodeImage, provideNode } from "./node-image.mjs";
import { projectRoot } from "./rebound-process.ts";

const tools = join(projectRoot, ".cache/tools/docker");
const script = join(projectRoot, "test/support/private-engine.mjs");

/** Why tests with an engine are skipped; undefined when they run. */
export const noEngine: string | undefined =
  process.env["REBOUND_TEST_ENGINE"] === "1" ? undefined : "no Docker engine: set REBOUND_TEST_ENGINE=1";

// Skipped, these tests would look like tests that passed.
if (noEngine !== undefined && (process.env["CI"] ?? "") !== "") throw new Error(`${noEngine} in CI`);
if (noEngine !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noEngine}\n\n`);

export { nodeImage };

/** Names the engine that share-engine.ts has opened for all files of a project. */
export const sharedHost = "REBOUND_TEST_ENGINE_HOST";

export interface TestEngine extends AsyncDisposable {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  readonly docker: Docker;
}

/** An engine that has `nodeImage`; DOCKER_HOST names it until it is disposed. One that was there already goes on. */
export async function openEngine(): Promise<TestEngine> {
  const before = process.env["DOCKER_HOST"];
  const there = process.env[sharedHost] ?? (await findEngine());
  if (there === undefined && (before ?? "") !== "") {
    process.stderr.write(`nobody answers at ${before}, where DOCKER_HOST says: a private engine is started\n`);
  }
  const own = there === undefined ? await startPrivate() : undefined;
  const host = there ?? own?.host ?? "";
  const docker = clientOf(host);
  let isImported = false;
  const end = async (): Promise<void> => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
    // A private one takes its images with it.
    if (isImported && own === undefined) await docker.getImage(nodeImage).remove();
    await own?.end();
  };
  process.env["DOCKER_HOST"] = host;
  try {
    isImported = await provideNode(docker);
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return { host, docker, [Symbol.asyncDispose]: end };
}

function clientOf(host: string): Docker {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const { hostname, port } = new URL(host);
  return new Docker({ protocol: "http", host: hostname, port: Number(port) });
}

interface PrivateEngine {
  readonly host: string;
  readonly program: ReturnType<typeof spawn>;
  /** Resolves once nothing of it is left. */
  end(): Promise<void>;
}

/** Ends with this process too, whatever becomes of it. */
export async function startPrivate(): Promise<PrivateEngine> {
  if (!existsSync(join(tools, "dockerd"))) throw new Error("no Docker engine: run test/support/install-engine.sh");
  const program = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(program, "exit");
  const lines = createInterface({ input: program.stdout });
  const said = await Promise.race([once(lines, "line"), exited.then(() => undefined)]);
  if (said === undefined) throw new Error("the private engine did not come up");
  const { host } = JSON.parse(String(said[0])) as { host: string };
  return {
    host,
    program,
    async end() {
      program.stdin.end();
      await exited;
    },
  };
}
