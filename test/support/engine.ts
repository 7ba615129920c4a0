// A Docker engine for tests: the one that answers where DOCKER_HOST or the usual socket says, or one of their own
// (private-engine.mjs). Only where REBOUND_TEST_ENGINE=1 asks for it; then one that cannot be had is a failure. In CI
// it is a failure not to ask.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import Docker from "dockerode";
import { findEngine } from "./find-engine.mjs";
import { projectRoot } from "./rebound-process.ts";

const run = promisify(execFile);
const tools = join(projectRoot, ".cache/tools/docker");
const script = join(projectRoot, "test/support/private-engine.mjs");

/** Why tests with an engine are skipped; undefined when they run. */
export const noEngine: string | undefined =
  process.env["REBOUND_TEST_ENGINE"] === "1" ? undefined : "no Docker engine: set REBOUND_TEST_ENGINE=1";

// Skipped, these tests would look like tests that passed.
if (noEngine !== undefined && (process.env["CI"] ?? "") !== "") throw new Error(`${noEngine} in CI`);
if (noEngine !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noEngine}\n\n`);

/**
 * What containers of tests are made of. An engine that has none gets this machine's node with its libraries and
 * busybox, for as long as it is open.
 */
export const nodeImage = "node:20-slim";

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

/**
 * No registry is asked: this machine's node with what it is linked against, and the commands of busybox. True where it
 * was not there before.
 */
async function provideNode(docker: Docker): Promise<boolean> {
  const there = await docker.listImages({ filters: { reference: [nodeImage] } });
  if (there.length > 0) return false;
  if (!existsSync(join(tools, "busybox"))) {
    throw new Error(`no image ${nodeImage}, and no busybox to make one: run test/support/install-engine.sh`);
  }
  const folder = await mkdtemp(join(tmpdir(), "rebound-image-"));
  try {
    const { stdout } = await run("ldd", [process.execPath]);
    const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
    const files = [...libraries.map((path) => [path, path]), [process.execPath, "/usr/local/bin/node"]];
    for (const [from = "", to = ""] of files) {
      await mkdir(join(folder, dirname(to)), { recursive: true });
      await cp(from, join(folder, to), { dereference: true });
    }
    await mkdir(join(folder, "bin"));
    await cp(join(tools, "busybox"), join(folder, "bin/busybox"));
    for (const name of ["sh", "kill", "sleep", "cat"]) {
      await run("ln", ["-s", "busybox", join(folder, "bin", name)]);
    }
    await run("mkdir", ["-p", join(folder, "tmp")]);
    const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
    const [repo = "", tag = ""] = nodeImage.split(":");
    const answer = await docker.importImage(tar.stdout, { repo, tag });
    answer.resume();
    await once(answer, "end");
  } finally {
    await rm(folder, { recursive: true });
  }
  if ((await docker.listImages({ filters: { reference: [nodeImage] } })).length === 0) {
    throw new Error(`${basename(process.execPath)} could not be made an image`);
  }
  return true;
}
