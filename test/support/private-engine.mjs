// A Docker engine of the tests' own, where none runs: `node private-engine.mjs`. Writes one line of JSON,
// `{"host":"unix://…"}`, once it answers, and ends with its standard input, so that it outlives nobody. It has its own
// folders and networks, sets no rule of the firewall, and leaves nothing: no container, no network, no mount, no file.
// Killed hard, its engine ends with it, and the next one, or leftovers.js, clears its folder away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { claim, clear, enginesIn, kill, prefix, sweep, tools } from "./engine-folders.mjs";

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
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  // The kernel ends it when this process is killed; its folder waits for the next sweep.
  const child = spawn("setpriv", ["--pdeathsig", "TERM", join(tools, "dockerd"), ...words], {
    cwd: folder,
    stdio: ["ignore", log, log],
    // A signal for the tests' group must not end it before its containers.
    detached: true,
    env: { ...process.env, ...environment },
  });
  closeSync(log);
  await once(child, "spawn");
  const until = performance.now() + readyWithinMs;
  for (;;) {
    if (await ask(folder, "GET", "/_ping").catch(() => undefined)) return child;
    if (isOver(child) || performance.now() > until) {
      child.kill("SIGKILL");
      const said = (await readFile(own("log"), "utf8")).split("\n").slice(-6).join("\n");
      throw new Error(`the private engine did not come up:\n${said}`);
    }
    await delay(50);
  }
}

function isOver(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Everything that runs in it, then itself, then what it has mounted and written. */
async function endEngine(folder, child) {
  const containers = await ask(folder, "GET", "/containers/json?all=1").catch(() => []);
  await Promise.all(
    containers.map(({ Id }) => ask(folder, "DELETE", `/containers/${Id}?force=1&v=1`).catch(() => undefined)),
  );
  // Networks first: an engine that is gone takes no bridge with it.
  await ask(folder, "POST", "/networks/prune").catch(() => undefined);
  const exited = isOver(child) ? Promise.resolve() : once(child, "exit");
  child.kill("SIGTERM");
  const ended = await Promise.race([exited.then(() => true), delay(endWithinMs, false, { ref: false })]);
  if (!ended) child.kill("SIGKILL");
  await exited;
  await clear(folder);
}

/** An earlier one whose process died hard: it is started once more, so that it ends as it should. */
async function endAbandoned(folder) {
  await kill(await enginesIn(folder));
  // Nodes of a Swarm had networks of their own, which are gone: nothing is to be ended as it should.
  if (existsSync(join(folder, "node-1"))) {
    await clear(folder);
    return;
  }
  let child;
  try {
    child = await startEngine(folder);
  } catch {
    await clear(folder);
    return;
  }
  await endEngine(folder, child);
}

const swept = await sweep(endAbandoned);
// Asked only to clear away what others left: it names their folders.
if (process.argv[2] === "sweep") {
  process.stdout.write(swept.map((folder) => `${folder}\n`).join(""));
  process.exit(0);
}
const over = new Promise((resolve) => {
  process.stdin.on("end", resolve).on("error", resolve).resume();
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, resolve);
});
const folder = await mkdtemp(join(tmpdir(), prefix));
let child;
try {
  if (!(await claim(folder))) throw new Error(`${folder} is another's already`);
  child = await startEngine(folder);
} catch (thrown) {
  await clear(folder);
  throw thrown;
}
process.stdout.write(`${JSON.stringify({ host: `unix://${join(folder, "docker.sock")}` })}\n`);
await over;
await endEngine(folder, child);
process.exit(0);
