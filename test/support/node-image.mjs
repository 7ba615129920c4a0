// Images for engines of tests: no registry is asked. Of this machine's node with what it is linked against, and of the
// commands of busybox.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { imageOf, putNode } from "../../docker/node-base.mjs";
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
  await imageOf(docker, nodeImage, async (folder) => {
    await putNode(folder);
    await mkdir(join(folder, "bin"));
    await cp(join(tools, "busybox"), join(folder, "bin/busybox"));
    for (const name of ["sh", "kill", "sleep", "cat"]) {
      await run("ln", ["-s", "busybox", join(folder, "bin", name)]);
    }
  });
  if ((await docker.listImages({ filters: { reference: [nodeImage] } })).length === 0) {
    throw new Error(`${basename(process.execPath)} could not be made an image`);
  }
  return true;
}

/** busybox alone: small, so that every node of a Swarm gets it at once. */
export async function provideBusybox(docker) {
  await imageOf(docker, busyboxImage, async (folder) => {
    await mkdir(join(folder, "bin"));
    await mkdir(join(folder, "tmp"));
    await cp(join(tools, "busybox"), join(folder, "bin/busybox"));
    for (const name of ["sh", "mkdir", "httpd"]) await run("ln", ["-s", "busybox", join(folder, "bin", name)]);
  });
}
