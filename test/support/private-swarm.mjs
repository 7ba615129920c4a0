// A Swarm of the tests' own: `node private-swarm.mjs [MANAGERS [NETWORK]]`, one manager where no number is given. With
// three of them the last one leads, and the first one, which is asked, has the front. Three engines, each in a network
// and a name of its own behind a bridge in one more network namespace: nothing of it is in this machine's network.
// Writes one line of JSON once the stack of docker/swarm.yaml runs on it as `echo`:
// `{"nodes":[{"name","address","host","pid"}],"network"}`; `network` is the namespace from which tasks are reached.
// Ends with its standard input and leaves nothing: namespaces end with their last process, and what engines have
// mounted, written and limited is cleared as of private engines (engine-folders.mjs).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { deployStack } from "./deploy-stack.mjs";
import { provideBusybox, provideNode } from "./node-image.mjs";
import { cgroupOf, claim, clear, prefix, tools } from "./engine-folders.mjs";

const readyWithinMs = 30_000;
const network = process.argv[3] ?? "192.168.213";
const swarmPort = 2377;
/** A node that misses three of them is down: shorter ones take a busy machine for a lost node. */
const heartbeatNs = 3e9;
const count = 3;
const managers = Number(process.argv[2] ?? "1");

async function command(program, words) {
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (part) => (said += part));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${words.join(" ")}: ${code} ${said.trim()}`);
}

const inside = (pid, words) => command("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", ...words]);

/** A process that keeps new namespaces there; the kernel ends it with this one. */
async function holder(kinds) {
  const words = [
    "--pdeathsig",
    "KILL",
    "unshare",
    ...kinds,
    join(tools, "busybox"),
    "sh",
    "-c",
    "echo up; exec sleep 86400",
  ];
  const child = spawn("setpriv", words, { stdio: ["ignore", "pipe", "inherit"] });
  const said = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => undefined)]);
  if (said === undefined) throw new Error(`no new namespace (${kinds.join(" ")}): is this Linux, and root?`);
  return child;
}

async function addNode(folder, hub, number) {
  const name = `node-${number}`;
  const address = `${network}.${10 + number}`;
  const held = await holder(["--net", "--uts"]);
  await inside(hub.pid, ["link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", String(held.pid)]);
  await inside(hub.pid, ["link", "set", name, "master", "bridge", "up"]);
  await inside(held.pid, ["link", "set", "lo", "up"]);
  await inside(held.pid, ["addr", "add", `${address}/24`, "dev", "eth0"]);
  await inside(held.pid, ["link", "set", "eth0", "up"]);
  await command("nsenter", [`--uts=/proc/${held.pid}/ns/uts`, "hostname", name]);
  const child = await startEngine(join(folder, name), held.pid, cgroupOf(folder));
  const host = `unix://${join(folder, name, "docker.sock")}`;
  const docker = new Docker({ socketPath: join(folder, name, "docker.sock"), timeout: 60_000 });
  return { name, address, host, docker, held, child };
}

/** With rules of its own in its own network: they are none of this machine's. */
async function startEngine(own, pid, cgroup) {
  await mkdir(join(own, "run"), { recursive: true });
  const log = openSync(join(own, "log"), "a");
  const flags = {
    "data-root": join(own, "data"),
    "exec-root": join(own, "run"),
    pidfile: join(own, "docker.pid"),
    host: `unix://${join(own, "docker.sock")}`,
    ip6tables: "false",
    "cgroup-parent": cgroup,
    "userland-proxy-path": join(tools, "docker-proxy"),
    "init-path": join(tools, "tini-static"),
  };
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const enter = [`--net=/proc/${pid}/ns/net`, `--uts=/proc/${pid}/ns/uts`, join(tools, "dockerd"), ...words];
  const env = {
    ...process.env,
    PATH: `${tools}:${process.env.PATH}`,
    LD_LIBRARY_PATH: tools,
    XTABLES_LIBDIR: join(tools, "xtables"),
  };
  const how = { cwd: own, stdio: ["ignore", log, log], detached: true, env };
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "nsenter", ...enter], how);
  closeSync(log);
  await once(child, "spawn");
  return child;
}

async function ready(folder, { name, docker, child }) {
  const until = performance.now() + readyWithinMs;
  while ((await docker.ping().catch(() => undefined)) === undefined) {
    if (child.exitCode !== null || performance.now() > until) {
      const said = (await readFile(join(folder, name, "log"), "utf8")).split("\n").slice(-15);
      throw new Error(`the engine of ${name} did not come up:\n${said.join("\n")}`);
    }
    await delay(50);
  }
}

/** The leader is who begins: the last of several managers, so that it is not the one that is asked. */
async function joinAll(nodes) {
  const leader = nodes[managers - 1];
  const others = nodes.filter((node) => node !== leader);
  const place = (node) => ({ ListenAddr: `${node.address}:${swarmPort}`, AdvertiseAddr: node.address });
  await leader.docker.swarmInit({ ...place(leader), Spec: { Dispatcher: { HeartbeatPeriod: heartbeatNs } } });
  const { JoinTokens: tokens } = await leader.docker.swarmInspect();
  const RemoteAddrs = [`${leader.address}:${swarmPort}`];
  // Two that become managers at once may each find the group in change by the other.
  for (const node of others) {
    const JoinToken = nodes.indexOf(node) < managers ? tokens.Manager : tokens.Worker;
    await node.docker.swarmJoin({ ...place(node), RemoteAddrs, JoinToken });
  }
}

const over = new Promise((resolve) => {
  process.stdin.on("end", resolve).on("error", resolve).resume();
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, resolve);
});
const folder = await mkdtemp(join(tmpdir(), prefix));
const holders = [];
const nodes = [];

async function end() {
  await clear(folder);
  for (const { child } of nodes) if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  for (const held of [...nodes.map((node) => node.held), ...holders]) held.kill("SIGKILL");
}

try {
  if (!(await claim(folder))) throw new Error(`${folder} is another's already`);
  const hub = await holder(["--net"]);
  holders.push(hub);
  await inside(hub.pid, ["link", "set", "lo", "up"]);
  await inside(hub.pid, ["link", "add", "bridge", "type", "bridge"]);
  await inside(hub.pid, ["addr", "add", `${network}.1/24`, "dev", "bridge"]);
  await inside(hub.pid, ["link", "set", "bridge", "up"]);
  for (let number = 1; number <= count; number += 1) nodes.push(await addNode(folder, hub, number));
  await Promise.all(nodes.map((node) => ready(folder, node)));
  await joinAll(nodes);
  // The front's image is the large one, and the front is on the manager alone.
  await Promise.all([provideNode(nodes[0].docker), ...nodes.map((node) => provideBusybox(node.docker))]);
  await deployStack(nodes[0].docker, "echo", managers === 1 ? undefined : nodes[0].name);
  const plain = nodes.map(({ name, address, host, child }) => ({ name, address, host, pid: child.pid }));
  process.stdout.write(`${JSON.stringify({ network: `/proc/${hub.pid}/ns/net`, nodes: plain })}\n`);
} catch (thrown) {
  await end();
  throw thrown;
}
await over;
await end();
process.exit(0);
