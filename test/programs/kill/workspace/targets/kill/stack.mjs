// The stack that the kill test breaks: a supervisor and two replicas that answer nearest-neighbour searches from a
// small index of their own. Up in a fraction of a second, yet every fault of the table has something to hit.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endless } from "../../../../../support/endless.mjs";
import { inboxIn } from "../../../../../support/inbox.mjs";
import { createRegistry } from "../../../../../support/model-registry.mjs";
import { smallIndex } from "../../../../../support/small-index.mjs";

const rows = 120;
const names = ["vec-1", "vec-2"];
const role = process.argv[2];
const inbox = inboxIn(join(process.env.KILL_DIR ?? ".", "inbox"));

if (role === "prepare") prepare();
else if (names.includes(role)) replica(role);
else supervisor();

/** Long enough to be killed in. */
function prepare() {
  console.log("preparing the kill target");
  setTimeout(() => console.log("prepared the kill target"), 200);
}

function portOf(name) {
  return Number(process.env[name === "vec-1" ? "VEC_1_PORT" : "VEC_2_PORT"]);
}

function indexOf(name) {
  return smallIndex(join(process.env.KILL_DIR, `${name}.index`), rows);
}

/** What became of a batch. */
function became(batch) {
  const state = inbox.stateOf(batch);
  return state === undefined ? [404, {}] : [200, { state }];
}

/** An answer of a language model that ends in a call of a tool, for faults that need one to strike. */
function act(response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (delta, finish_reason) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const call = { index: 0, id: "call-1", type: "function", function: { name: "look", arguments: '{"city":"Lyon"}' } };
  response.write(event({ content: "A look: " }, null));
  response.end(`${event({ tool_calls: [call] }, "stop")}data: [DONE]\n\n`);
}

function serve(port, handle) {
  createServer((request, response) => {
    if (request.url === "/act") return act(response);
    if (request.url === "/v1/chat/completions") return endless(response);
    const parts = [];
    request.on("data", (part) => parts.push(part));
    const answered = async () => {
      const body = parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString());
      const [status, answer] = await handle({ request, url: new URL(request.url, "http://127.0.0.1"), body });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    };
    request.on("end", () => void answered());
  }).listen(port, "127.0.0.1");
}

function replica(name) {
  // A worker that does nothing, and ends with the replica.
  spawn("cat", { stdio: ["pipe", "ignore", "ignore"] }).on("error", () => undefined);
  const index = indexOf(name);
  serve(portOf(name), ({ url, body }) => {
    if (url.pathname === "/health") return [200, {}];
    if (url.pathname === "/log-in") return [401, {}];
    if (url.pathname === "/answer") return [200, index.answer(body)];
    if (url.pathname.startsWith("/batches/")) return became(url.pathname.slice("/batches/".length));
    if (url.pathname === "/search") return [200, index.search(body)];
    if (url.pathname === "/load") return [200, index.load() ?? {}];
    return [200, index.sample(Number(url.searchParams.get("n")), Number(url.searchParams.get("seed")))];
  });
}

function healthy(address) {
  return fetch(`http://${address}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function loaded(address) {
  return fetch(`http://${address}/load`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Nobody waits for it: a fault may keep it for as long as it stays. */
function askToAct(address) {
  return fetch(`http://${address}/act`, { method: "POST", body: "{}" })
    .then((answer) => answer.text())
    .catch(() => undefined);
}

const makers = new Map(names.map((name) => [name, new Set()]));

/** A row of the inventory. */
function rowOf(name, pid) {
  const own = { files: indexOf(name).published(), makers: [...makers.get(name)] };
  return { service: "vec", replica: name, pid, port: portOf(name), version: "1", ...own };
}

/** Work that a process of its own does, which ends with the supervisor: 500 when it is ended. */
async function made(name) {
  const says = "process.stdin.on('end', () => process.exit(1)).resume(); setTimeout(() => process.exit(0), 3000)";
  const maker = spawn(process.execPath, ["-e", says], { stdio: ["pipe", "ignore", "ignore"] });
  makers.get(name).add(maker.pid);
  const code = await new Promise((resolve) => maker.once("exit", resolve));
  makers.get(name).delete(maker.pid);
  return [code === 0 ? 200 : 500, {}];
}

/** Work on a replica that takes a while, whatever becomes of its process. */
async function worked() {
  await new Promise((resolve) => setTimeout(resolve, 3000).unref());
  return [200, {}];
}

function supervisor() {
  const children = new Map();
  const start = (name) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: "inherit" });
    children.set(name, child);
    child.once("exit", () => children.get(name) === child && children.delete(name));
    return child.pid;
  };
  const straight = (name) => `127.0.0.1:${portOf(name)}`;
  for (const name of names) {
    indexOf(name).write();
    start(name);
  }
  process.once("SIGTERM", () => {
    for (const child of children.values()) child.kill("SIGTERM");
    process.exit(0);
  });
  const isOperator = (request) => request.headers.authorization === `Bearer ${process.env.KILL_TOKEN}`;
  const registry = createRegistry(isOperator);
  const ensure = async (name) => {
    if (children.has(name)) return [200, { started: false, pid: children.get(name).pid }];
    const pid = start(name);
    // One that ends before it is well is waited for no longer.
    while (children.has(name) && !(await healthy(straight(name))))
      await new Promise((resolve) => setTimeout(resolve, 10));
    return [200, { started: true, pid }];
  };
  const restart = async (name) => {
    const old = children.get(name);
    const gone = old && new Promise((resolve) => old.once("exit", resolve));
    old?.kill("SIGTERM");
    await gone;
    return ensure(name);
  };
  let turns = Promise.resolve();
  let turn = 0;
  serve(Number(process.env.STACK_PORT), async ({ request, url, body }) => {
    const ofModels = registry({ request, url, body });
    if (ofModels !== undefined) return ofModels;
    if (url.pathname === "/ready")
      return [(await Promise.all(names.map(straight).map(healthy))).every(Boolean) ? 200 : 503, {}];
    if (url.pathname === "/ask") {
      turn += 1;
      const edge = turn % 2 === 0 ? process.env.TO_VEC_1 : process.env.TO_VEC_2;
      const isUp = await healthy(edge);
      void askToAct(edge);
      return isUp ? [200, { text: "here" }] : [502, { error: "the replica does not answer" }];
    }
    if (url.pathname === "/inventory") {
      const replicas = names.map((name) => rowOf(name, children.get(name)?.pid ?? null));
      return [200, { replicas }];
    }
    if (url.pathname === "/withdraw" && isOperator(request)) return [200, inbox.withdraw(body.batch) ?? {}];
    const [, what, name, work] = url.pathname.split("/");
    if (!names.includes(name) || !isOperator(request)) return [401, {}];
    if (what === "work") return work === "make" ? made(name) : worked();
    if (what === "reload") return [(await loaded(straight(name))) ? 200 : 422, {}];
    // One after the other, as a real supervisor does it.
    return (turns = turns.then(() => (what === "maintain" ? restart(name) : ensure(name))));
  });
}
