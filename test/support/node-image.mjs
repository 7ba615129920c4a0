// Images for engines of tests: no registry is asked. Of this machine's node with what it is linked against, and of the
// commands of busybox.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { tools } from "./engine-folders.mjs";

const run = promisify(execFile);

/**
 * What containers of tests are made of. An engine that has none gets this machine's node with its libraries and
 * busybox, for as long as it is open.
 */
export const nodeImage = "node:20-slim";
const busyboxImage = "busybox:stable";

/**
 * No registry is asked: this machine's node with what it is linked against, and the commands of busybox. True where it
 * was not there before.
 */
export async function provideNode(docker) {
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
    await importFolder(docker, folder, nodeImage);
  } finally {
    await rm(folder, { recursive: true });
  }
  if ((await docker.listImages({ filters: { reference: [nodeImage] } })).length === 0) {
    throw new Error(`${basename(process.execPath)} could not be made an image`);
  }
  return true;
}

/** Makes an image of what lies in a folder. */
async function importFolder(docker, folder, image) {
  const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const [repo = "", tag = ""] = image.split(":");
  const answer = await docker.importImage(tar.stdout, { repo, tag });
  answer.resume();
  await once(answer, "end");
}

/** busybox alone: small, so that every node of a Swarm gets it at once. */
export async function provideBusybox(docker) {
  const folder = await mkdtemp(join(tmpdir(), "rebound-image-"));
  try {
    await mkdir(join(folder, "bin"));
    await mkdir(join(folder, "tmp"));
    await cp(join(tools, "busybox"), join(folder, "bin/busybox"));
    for (const name of ["sh", "mkdir", "httpd"]) await run("ln", ["-s", "busybox", join(folder, "bin", name)]);
    await importFolder(docker, folder, busyboxImage);
  } finally {
    await rm(folder, { recursive: true });
  }
}
