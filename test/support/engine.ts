// A Docker engine for tests: the one that answers where DOCKER_HOST or the usual socket says, or one of their own
// (private-engine.mjs). Only where REBOUND_TEST_ENGINE=1 asks for it; then one that cannot be had is a failure.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import Docker from "dockerode";
import { projectRoot } from "./rebound-process.ts";

const run = promisify(execFile);
const tools = join(projectRoot, ".cache/tools/docker");
const script = join(projectRoot, "test/support/private-engine.mjs");

/** Why tests with an engine are skipped; undefined when they run. */
export const noEngine: string | undefined =
  process.env["REBOUND_TEST_ENGINE"] === "1" ? undefined : "no Docker engine: set REBOUND_TEST_ENGINE=1";

if (noEngine !== undefined) process.stderr.write(`\n!!! SKIPPED: ${noEngine}\n\n`);

/**
 * What containers of tests are made of. On a private engine it is this machine's node with its libraries and busybox;
 * an engine that was there must have it.
 */
export const nodeImage = "node:20-slim";

export interface TestEngine extends AsyncDisposable {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  readonly docker: Docker;
}

/** An engine that has `nodeImage`; DOCKER_HOST names it until it is disposed. One that was there already goes on. */
export async function openEngine(): Promise<TestEngine> {
  const before = process.env["DOCKER_HOST"];
  const there = before ?? (existsSync("/var/run/docker.sock") ? "unix:///var/run/docker.sock" : undefined);
  const own = there === undefined ? await startPrivate() : undefined;
  const host = there ?? own?.host ?? "";
  process.env["DOCKER_HOST"] = host;
  const docker = new Docker(host.startsWith("unix://") ? { socketPath: host.slice("unix://".length) } : {});
  await provideNode(docker, own !== undefined);
  return {
    host,
    docker,
    async [Symbol.asyncDispose]() {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      await own?.end();
    },
  };
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

/** No registry is asked: this machine's node with what it is linked against, and the commands of busybox. */
async function provideNode(docker: Docker, isPrivate: boolean): Promise<void> {
  const there = await docker.listImages({ filters: { reference: [nodeImage] } });
  if (there.length > 0) return;
  if (!isPrivate) throw new Error(`this engine has no image ${nodeImage}: docker pull ${nodeImage}`);
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
}
