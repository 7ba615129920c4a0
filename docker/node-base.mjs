// A base image without a registry: this machine's node with what it is linked against, and nothing else.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Libraries of this machine that these files are linked against. */
async function librariesOf(files) {
  const found = await Promise.all(files.map((file) => run("ldd", [file])));
  return [...new Set(found.flatMap(({ stdout }) => [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path)))];
}

/** Puts node, and the libraries of node and of `others`, where they are looked for below a folder. */
export async function putNode(folder, others = []) {
  const libraries = await librariesOf([process.execPath, ...others]);
  const files = [...libraries.map((path) => [path, path]), [process.execPath, "/usr/local/bin/node"]];
  for (const [from, to] of files) {
    await mkdir(join(folder, dirname(to)), { recursive: true });
    await cp(from, join(folder, to), { dereference: true });
  }
  await mkdir(join(folder, "tmp"), { recursive: true });
}

/** Makes an image of what lies in a folder. */
async function importFolder(docker, folder, image) {
  const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const [repo = "", tag = ""] = image.split(":");
  const answer = await docker.importImage(tar.stdout, { repo, tag });
  answer.resume();
  await once(answer, "end");
}

/** Calls `fill` with a new folder, makes an image of what it put there, and removes it. */
export async function imageOf(docker, image, fill) {
  const folder = await mkdtemp(join(tmpdir(), "rebound-image-"));
  try {
    await fill(folder);
    await importFolder(docker, folder, image);
  } finally {
    await rm(folder, { recursive: true });
  }
}
