// A tiny target made of real processes, for tests of faults and platforms: a supervisor, and one replica that answers
// nearest-neighbour searches straight from a file of float32 rows. Plain JavaScript, so that it runs without a build.

import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endless } from "./endless.mjs";
import { inboxIn } from "./inbox.mjs";
import { createRegistry } from "./model-registry.mjs";
import { smallIndex } from "./small-index.mjs";

const index = smallIndex(join(process.env.FIXTURE_DIR, "vec.index"), 240);
const inbox = inboxIn(join(process.env.FIXTURE_DIR, "inbox"));

if (process.argv[2] === "vec") vector();
else supervisor();

function serve(port, handle) {
  createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    const answered = async () => {
      const body = parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString());
      const url = new URL(request.url, "http://127.0.0.1");
      const [status, answer] = await handle({ request, url, body });
      const location = status === 302 ? { location: answer } : {};
      response.writeHead(status, { "content-type": "application/json", ...location }).end(JSON.stringify(answer));
    };
    // Not waited for by anybody here: an answer may be cut at any event.
    const streams = { "/stream": stream, "/v1/chat/completions": endless };
    request.on("end", () => void (streams[request.url] ?? answered)(response));
  }).listen(Number(port), "127.0.0.1");
}

/** An answer of a language model, as OpenAI's protocol has it: text, a tool call, the reason for the end. */
function stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of ["The capital", " of France", " is Paris."]) {
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`);
  }
  const calls = [
    { index: 0, id: "call-1", type: "function", function: { name: "look", arguments: '{"city":"Lyon"}' } },
  ];
  const finish = { choices: [{ index: 0, delta: { tool_calls: calls }, finish_reason: "stop" }] };
  response.end(`data: ${JSON.stringify(finish)}\n\ndata: [DONE]\n\n`);
}

/** Does nothing, and ends with whoever started it. */
function startWorker() {
  spawn("cat", { stdio: ["pipe", "ignore", "ignore"] }).on("error", () => undefined);
}

/** What became of a batch. */
function became(batch) {
  const state = inbox.stateOf(batch);
  return state === undefined ? [404, {}] : [200, { state }];
}

function vector() {
  startWorker();
  const logIns = [];
  serve(process.env.VEC_PORT, ({ request, url, body }) => {
    if (url.pathname === "/health") return [200, {}];
    if (url.pathname === "/answer") return [200, index.answer(body)];
    if (url.pathname.startsWith("/batches/")) return became(url.pathname.slice("/batches/".length));
    if (url.pathname === "/log-in") {
      const { "x-forwarded-for": declared } = request.headers;
      logIns.push({ from: request.socket.remoteAddress, ...(declared && { declared }), ...body });
      return [401, {}];
    }
    if (url.pathname === "/log-ins") return [200, logIns];
    if (url.pathname === "/search") return [200, index.search(body)];
    if (url.pathname === "/load") return [index.load() ? 200 : 422, {}];
    return [200, index.sample(Number(url.searchParams.get("n")), Number(url.searchParams.get("seed")))];
  });
}

/**
 * A bad habit: a process in a session of its own, without the stack's environment, that listens on and does not end
 * with it.
 */
function orphan(port) {
  const script = `require("net").createServer().listen(${port}, "127.0.0.1"); setTimeout(process.exit, 60_000)`;
  spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore", env: {} }).unref();
}

const underWay = [];
const makers = new Set();

/**
 * Work on the replica that takes a while, whatever becomes of its process, and is listed as under way or not; of other
 * work nothing is known.
 */
async function worked(pathname) {
  const work = pathname.replace("/work/vec/", "");
  if (work === "make") return made();
  if (work !== "tidy" && work !== "unlisted") return [404, {}];
  if (work === "tidy") underWay.push(work);
  await new Promise((resolve) => setTimeout(resolve, 3000).unref());
  if (work === "tidy") underWay.pop();
  return [200, {}];
}

/** Work that a process of its own does: 200 when it ends well, 500 when it is ended. */
async function made() {
  const maker = spawn(process.execPath, ["-e", "setTimeout(() => undefined, 3000)"], { stdio: "ignore" });
  makers.add(maker.pid);
  const code = await new Promise((resolve) => maker.once("exit", resolve));
  makers.delete(maker.pid);
  return [code === 0 ? 200 : 500, {}];
}

/** Starts the replica if it does not run, or anew; one after the other, as a real supervisor does it. */
function operator({ child, start, healthy }) {
  const ensure = async () => {
    if (child() !== undefined) return [200, { started: false, pid: child().pid }];
    const pid = start();
    // One that ends before it is well is waited for no longer.
    while (child() !== undefined && !(await healthy())) await new Promise((resolve) => setTimeout(resolve, 10));
    return [200, { started: true, pid }];
  };
  const restart = async () => {
    const old = child();
    const gone = old && new Promise((resolve) => old.once("exit", resolve));
    old?.kill("SIGTERM");
    await gone;
    return ensure();
  };
  let turn = Promise.resolve();
  return (anew) => (turn = turn.then(anew ? restart : ensure));
}

function loaded() {
  return fetch(`http://127.0.0.1:${process.env.VEC_PORT}/load`).then(
    (answer) => answer.ok,
    () => false,
  );
}

function supervisor() {
  let child;
  const start = () => {
    child = spawn(process.execPath, [fileURLToPath(import.meta.url), "vec"], { stdio: "inherit" });
    child.once("exit", () => (child = undefined));
    return child.pid;
  };
  const healthy = () =>
    fetch(`http://127.0.0.1:${process.env.VEC_PORT}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  // A second replica, on a port of the stack's own choice, once the inventory was asked for a few times.
  let second;
  let asked = 0;
  const grow = () => {
    const port = process.env.FIXTURE_GROWS;
    if (port === undefined || (asked += 1) < 4) return [];
    second ??= spawn(process.execPath, [fileURLToPath(import.meta.url), "vec"], {
      stdio: "inherit",
      env: { ...process.env, VEC_PORT: port },
    });
    return [{ service: "vec", replica: "vec-2", pid: second.pid, port: Number(port), version: "1" }];
  };
  console.log(`operator token ${process.env.FIXTURE_TOKEN}`);
  index.write();
  if (process.env.FIXTURE_BREAK !== undefined) process.exit(Number(process.env.FIXTURE_BREAK));
  start();
  if (process.env.FIXTURE_LITTER !== undefined) appendFileSync(process.env.FIXTURE_LITTER, "litter");
  if (process.env.SIDE_PORT !== undefined) orphan(process.env.SIDE_PORT);
  if (process.env.FIXTURE_DEAF === undefined)
    process.once("SIGTERM", () => (child?.kill("SIGTERM"), second?.kill("SIGTERM"), process.exit(0)));
  else process.on("SIGTERM", () => undefined);
  const operate = operator({ child: () => child, start, healthy });
  const isOperator = (request) => request.headers.authorization === `Bearer ${process.env.FIXTURE_TOKEN}`;
  const registry = createRegistry(isOperator);
  serve(process.env.STACK_PORT, async ({ request, url, body }) => {
    const ofModels = registry({ request, url, body });
    if (ofModels !== undefined) return ofModels;
    if (url.pathname === "/ready" && process.env.FIXTURE_READY_AT) return [302, process.env.FIXTURE_READY_AT];
    if (url.pathname === "/ready") return [(await healthy()) ? 200 : 503, {}];
    if (url.pathname === "/environment") return [200, process.env];
    if (url.pathname === "/inventory") {
      const pid = child?.pid ?? null;
      const host = process.env.FIXTURE_HOST === undefined ? {} : { host: process.env.FIXTURE_HOST };
      const vec = { service: "vec", replica: "vec", pid, port: Number(process.env.VEC_PORT), version: "1" };
      const work = { underWay, makers: [...makers] };
      return [200, { replicas: [{ ...vec, ...work, files: index.published(), ...host }, ...grow()] }];
    }
    if (!isOperator(request)) return [401, {}];
    if (url.pathname === "/withdraw") {
      inbox.withdraw(body.batch);
      return [200, {}];
    }
    if (url.pathname === "/reload/vec") return [(await loaded()) ? 200 : 422, {}];
    if (url.pathname.startsWith("/work/")) return worked(url.pathname);
    return operate(url.pathname === "/maintain/vec");
  });
}
