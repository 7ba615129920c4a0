// Builds the image of the reference stack on the engine at DOCKER_HOST (or the usual socket), and asks no registry:
// `node docker/build.mjs`, after `npm ci` and `npm run build`. The base is this machine's node; see Dockerfile for
// those who have a registry.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import Docker from "dockerode";
import { imageOf, putNode } from "./node-base.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const stackImage = "rebound-reference-ai-stack";
const base = "rebound-node:local";
const stack = "dist/targets/reference-ai-stack";
const parts = ["package.json", "docker/Dockerfile", stack, "targets/reference-ai-stack"];

/** Engines that are installed beside npm ci, and what only a compiler or a debugger reads. */
const notNeeded = [
  "targets/*/node_modules",
  "*.map",
  "*.d.ts",
  "*.d.mts",
  "*.d.cts",
  "usearch/numkong",
  "@photostructure/sqlite/src",
];
const foreign = ["darwin*", "win32*", "linux-arm64", "linux-x64"]
  .filter((name) => name !== `${process.platform}-${process.arch}`)
  .map((name) => `prebuilds/${name}`);

/** Folders of node_modules that the stack imports, and those that these need, by package-lock.json. */
function packages() {
  const { packages: locked } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const used = new Set();
  const take = (name) => {
    const path = `node_modules/${name}`;
    // What is optional need not be there.
    if (used.has(path) || !existsSync(join(root, path))) return;
    used.add(path);
    const { dependencies, optionalDependencies, peerDependencies } = locked[path] ?? {};
    for (const other of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) take(other);
  };
  const imported = /(?:from |import\()"(@[^/"]+\/[^/"]+|[a-z][^/":]*)[^":]*"/g;
  const files = readdirSync(join(root, stack), { recursive: true }).filter((file) => file.endsWith(".js"));
  for (const file of files) {
    for (const [, name] of readFileSync(join(root, stack, file), "utf8").matchAll(imported)) take(name);
  }
  return [...used];
}

/** What the packages bring as machine code for this machine, which may need libraries that node does not. */
async function addons(paths) {
  const found = spawn("find", [...paths, "-name", "*.node"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const text = (await found.stdout.toArray()).join("");
  const own = `/prebuilds/${process.platform}-${process.arch}/`;
  return text
    .split("\n")
    .filter((path) => path.includes(own) && !path.includes("musl"))
    .map((path) => join(root, path));
}

/** Resolves once the engine has the image. Throws what it says when it cannot be built. */
export async function buildStack(docker) {
  const missing = parts.find((path) => !existsSync(join(root, path)));
  if (missing !== undefined) throw new Error(`no ${missing}: run npm ci and npm run build first`);
  const used = packages();
  const libraries = await addons(used);
  await imageOf(docker, base, (folder) => putNode(folder, libraries));
  const left = [...notNeeded, ...foreign].map((pattern) => `--exclude=${pattern}`);
  const tar = spawn("tar", ["-c", "--hard-dereference", ...left, ...parts, ...used], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const how = { t: stackImage, dockerfile: "docker/Dockerfile", buildargs: { BASE: base } };
  const answer = await docker.buildImage(tar.stdout, how);
  const said = (await answer.toArray())
    .join("")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const wrong = said.find(({ error }) => error !== undefined);
  if (wrong !== undefined) throw new Error(`the engine could not build ${stackImage}: ${wrong.error}`);
  if (tar.exitCode === null) await once(tar, "exit");
}

function engine() {
  const host = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const { hostname, port } = new URL(host);
  return new Docker({ protocol: "http", host: hostname, port });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await buildStack(engine());
  process.stdout.write(`${stackImage} is built\n`);
}
