// The Docker engine of this bench: the one that answers where DOCKER_HOST or the usual socket says, or a private one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import { findEngine } from "../../../support/find-engine.mjs";
import { nodeImage, provideNode } from "../../../support/node-image.mjs";

const script = resolve(import.meta.dirname, "../../../support/private-engine.mjs");

/** As DOCKER_HOST has it, with a client and its end. An image that was not there goes with it. */
export async function openBenchEngine() {
  const there = await findEngine();
  const own = there === undefined ? await startPrivate() : undefined;
  const host = there ?? own.host;
  const docker = clientOf(host);
  const isOurs = await provideNode(docker);
  return {
    host,
    docker,
    async [Symbol.asyncDispose]() {
      if (isOurs && own === undefined) await docker.getImage(nodeImage).remove();
      await own?.end();
    },
  };
}

function clientOf(host) {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const { hostname, port } = new URL(host);
  return new Docker({ protocol: "http", host: hostname, port: Number(port) });
}

async function startPrivate() {
  const program = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(program, "exit");
  const lines = createInterface({ input: program.stdout });
  const said = await Promise.race([once(lines, "line"), exited.then(() => undefined)]);
  if (said === undefined) throw new Error("no Docker engine: bash test/support/install-engine.sh, Linux, as root");
  return {
    host: JSON.parse(String(said[0])).host,
    async end() {
      program.stdin.end();
      await exited;
    },
  };
}
