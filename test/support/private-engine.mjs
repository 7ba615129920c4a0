// A Docker engine of the tests' own, where none runs: `node private-engine.mjs`. Writes one line of JSON,
// `{"host":"unix://…"}`, once it answers, and ends with its standard input, so that it outlives nobody. It has its own
// folders and networks, sets no rule of the firewall, and leaves nothing: no container, no network, no mount, no file.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const tools = resolve(dirname(fileURLToPath(import.meta.url)), "../../.cache/tools/docker");
const prefix = "rebound-engine-";
const readyWithinMs = 20_000;
const endWithinMs = 15_000;

/** One question to the engine in that folder: the parsed answer; throws for a status of 400 and above. */
function ask(folder, method, path) {
  return new Promise((done, failed) => {
    const asked = request({ socketPath: join(folder, "docker.sock"), method, path, timeout: 10_000 }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => {
        if ((answer.statusCode ?? 500) >= 400) failed(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
        else done(text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text);
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`${method} ${path}: no answer`)));
    asked.on("error", failed);
    asked.end();
  });
}

/** Blocks of addresses that no network of this machine has: engines side by side must not take each other's. */
function freePool() {
  const taken = existsSync("/proc/net/fib_trie") ? readFileSync("/proc/net/fib_trie", "utf8") : "";
  const free = Array.from({ length: 40 }, (_, index) => 200 + ((process.pid + index) % 40));
  return free.find((second) => !taken.includes(`10.${second}.`)) ?? 211;
}

async function startEngine(folder) {
  const own = (name) => join(folder, name);
  await mkdir(own("run"), { recursive: true });
  // What a hard death has left there keeps the next one from starting.
  for (const left of ["docker.pid", "run/containerd/containerd.pid"]) await rm(own(left), { force: true });
  const log = openSync(own("log"), "a");
  const flags = {
    "data-root": own("data"),
    "exec-root": own("run"),
    pidfile: own("docker.pid"),
    host: `unix://${own("docker.sock")}`,
    bridge: "none",
    iptables: "false",
    ip6tables: "false",
    "ip-forward": "false",
    "ip-masq": "false",
    "default-address-pool": `base=10.${freePool()}.0.0/16,size=24`,
    "userland-proxy-path": join(tools, "docker-proxy"),
    "init-path": join(tools, "tini-static"),
  };
  const environment = {
    PATH: `${tools}:${process.env.PATH}`,
    LD_LIBRARY_PATH: tools,
    XTABLES_LIBDIR: join(tools, "xtables"),
  };
  const child = spawn(
    join(tools, "dockerd"),
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    {
      cwd: folder,
      stdio: ["ignore", log, log],
      // A signal for the tests' group must not end it before its containers.
      detached: true,
      env: { ...process.env, ...environment },
    },
  );
  closeSync(log);
  const until = performance.now() + readyWithinMs;
  for (;;) {
    if (await ask(folder, "GET", "/_ping").catch(() => undefined)) return child;
    if (child.exitCode !== null || performance.now() > until) {
      child.kill("SIGKILL");
      const said = (await readFile(own("log"), "utf8")).split("\n").slice(-6).join("\n");
      throw new Error(`the private engine did not come up:\n${said}`);
    }
    await delay(50);
  }
}

/** Everything that runs in it, then itself, then what it has mounted and written. */
async function endEngine(folder, child) {
  const containers = await ask(folder, "GET", "/containers/json?all=1").catch(() => []);
  await Promise.all(
    containers.map(({ Id }) => ask(folder, "DELETE", `/containers/${Id}?force=1&v=1`).catch(() => undefined)),
  );
  // Networks first: an engine that is gone takes no bridge with it.
  await ask(folder, "POST", "/networks/prune").catch(() => undefined);
  const exited = child.exitCode === null ? once(child, "exit") : Promise.resolve();
  child.kill("SIGTERM");
  const ended = await Promise.race([exited.then(() => true), delay(endWithinMs, false, { ref: false })]);
  if (!ended) child.kill("SIGKILL");
  await exited;
  for (const pid of processesOf(folder)) process.kill(pid, "SIGKILL");
  for (const place of mountsBelow(folder)) await once(spawn("umount", ["-l", place], { stdio: "ignore" }), "exit");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Shims that have lost their engine name its folder in their command line. */
function processesOf(folder) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The deepest first. */
function mountsBelow(folder) {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((place) => place.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length);
}

/** An earlier one whose process died hard: it is started once more, so that it ends as it should. */
async function sweep() {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const owner = await readFile(join(folder, "owner"), "utf8").catch(() => undefined);
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    for (const pid of processesOf(folder)) process.kill(pid, "SIGKILL");
    await endEngine(folder, await startEngine(folder));
  }
}

await sweep();
const folder = await mkdtemp(join(tmpdir(), prefix));
await writeFile(join(folder, "owner"), String(process.pid));
const over = new Promise((resolve) => {
  process.stdin.on("end", resolve).on("error", resolve).resume();
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, resolve);
});
const child = await startEngine(folder);
process.stdout.write(`${JSON.stringify({ host: `unix://${join(folder, "docker.sock")}` })}\n`);
await over;
await endEngine(folder, child);
process.exit(0);
