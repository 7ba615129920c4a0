// A tiny target made of real processes, for tests of faults and platforms: a supervisor, and one replica that answers
// nearest-neighbour searches straight from a file of float32 rows. Plain JavaScript, so that it runs without a build.

import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRegistry } from "./model-registry.mjs";

const rows = 240;
const dimensions = 8;
const headerBytes = 16;
const indexFile = join(process.env.FIXTURE_DIR, "vec.index");
const graphAt = headerBytes + rows * dimensions * 4;
const nodesAt = graphAt + 64 + 40 + rows * 2;
/** Key (64 bit), level (16 bit), how many links (32 bit), and the one link (32 bit). */
const nodeBytes = 8 + 2 + 4 + 4;

if (process.argv[2] === "vec") vector();
else supervisor();

/** Row r is a point of its own on a spiral: no two are near each other. */
function original(row) {
  return Array.from({ length: dimensions }, (_, d) => Math.fround(Math.sin(row * (d + 1) * 0.7) * (1 + row / rows)));
}

function node(row) {
  return nodesAt + row * nodeBytes;
}

/** As usearch has it behind its rows: a row is found if a link leads to its node, by the node's key. */
function writeGraph(bytes) {
  bytes.write("usearch", graphAt, "latin1");
  bytes[graphAt + 7] = 2;
  bytes.set([14, 15], graphAt + 15);
  for (const [at, number] of [rows, 1, 1].entries()) bytes.writeBigUInt64LE(BigInt(number), graphAt + 64 + at * 8);
  for (let row = 0; row < rows; row += 1) {
    bytes.writeBigUInt64LE(BigInt(row), node(row));
    bytes.writeUInt32LE(1, node(row) + 10);
    bytes.writeUInt32LE((row + 1) % rows, node(row) + 14);
  }
}

function writeIndex() {
  const bytes = Buffer.alloc(node(rows));
  bytes.write("fixture index v1");
  for (let row = 0; row < rows; row += 1) {
    for (const [d, x] of original(row).entries()) bytes.writeFloatLE(x, headerBytes + (row * dimensions + d) * 4);
  }
  writeGraph(bytes);
  writeFileSync(indexFile, bytes);
}

/** The file as it is now: its rows that a link leads to, each by its node's key. */
function readIndex() {
  const bytes = readFileSync(indexFile);
  const led = new Set(Array.from({ length: rows }, (_, row) => bytes.readUInt32LE(node(row) + 14)));
  return [...led].map((row) => ({
    id: `row-${bytes.readBigUInt64LE(node(row))}`,
    vector: Array.from({ length: dimensions }, (_, d) => bytes.readFloatLE(headerBytes + (row * dimensions + d) * 4)),
  }));
}

function nearest(query, index = readIndex()) {
  let best = { id: "none", score: Infinity };
  for (const { id, vector } of index) {
    let distance = 0;
    for (let d = 0; d < dimensions; d += 1) distance += (vector[d] - query[d]) ** 2;
    if (distance < best.score) best = { id, score: distance };
  }
  return [best];
}

function search({ vectors }) {
  const index = readIndex();
  return [200, { results: vectors.map((query) => nearest(query, index)) }];
}

/** Row n as the file has it, which stands for a cache, or as it was made. */
function answer({ n, around }) {
  const row = (Number(n) * 7) % rows;
  const content = around === undefined ? nearest(original(row))[0].id : `row-${row}`;
  return { choices: [{ message: { content } }] };
}

/** Of a batch in its inbox: it waits when a line of it is no record with a text; one that was called back is left aside. */
function became(batch) {
  const inbox = join(process.env.FIXTURE_DIR, "inbox");
  const file = join(inbox, `.taken-${batch}`);
  if (existsSync(join(inbox, batch))) renameSync(join(inbox, batch), file);
  if (existsSync(`${file}.withdrawn`)) return [200, { state: "withdrawn" }];
  if (!existsSync(file)) return [404, {}];
  try {
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const good = lines.every((line) => typeof JSON.parse(line).text === "string");
    return [200, { state: good ? "published" : "failing" }];
  } catch {
    return [200, { state: "failing" }];
  }
}

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

/** Waits for its reader whenever the sockets are full, as a server does that has no bound on it. */
function endless(response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = `data: ${JSON.stringify({ choices: [{ delta: { content: "on and on ".repeat(6000) } }] })}\n\n`;
  const write = () => {
    while (!response.destroyed && response.write(event));
  };
  response.on("drain", write);
  write();
}

/** Does nothing, and ends with whoever started it. */
function startWorker() {
  spawn("cat", { stdio: ["pipe", "ignore", "ignore"] }).on("error", () => undefined);
}

function vector() {
  startWorker();
  serve(process.env.VEC_PORT, ({ url, body }) => {
    if (url.pathname === "/health") return [200, {}];
    if (url.pathname === "/answer") return [200, answer(body)];
    if (url.pathname.startsWith("/batches/")) return became(url.pathname.slice("/batches/".length));
    if (url.pathname === "/search") return search(body);
    const n = Number(url.searchParams.get("n"));
    const seed = Number(url.searchParams.get("seed"));
    const picked = Array.from({ length: Math.min(n, rows) }, (_, i) => (i * 7 + seed) % rows);
    return [200, { items: [...new Set(picked)].map((row) => ({ id: `row-${row}`, vector: original(row) })) }];
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

function publishedFiles() {
  const payload = { offset: headerBytes, rowBytes: dimensions * 4, rows };
  const roles = ["index", "prefix-cache", "answer-cache", "embedding-cache"];
  return roles.map((role) => ({ role, path: indexFile, format: "f32", payload }));
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
  writeIndex();
  if (process.env.FIXTURE_BREAK !== undefined) process.exit(Number(process.env.FIXTURE_BREAK));
  start();
  if (process.env.FIXTURE_LITTER !== undefined) appendFileSync(process.env.FIXTURE_LITTER, "litter");
  if (process.env.SIDE_PORT !== undefined) orphan(process.env.SIDE_PORT);
  if (process.env.FIXTURE_DEAF === undefined)
    process.once("SIGTERM", () => (child?.kill("SIGTERM"), second?.kill("SIGTERM"), process.exit(0)));
  else process.on("SIGTERM", () => undefined);
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
      return [200, { replicas: [{ ...vec, files: publishedFiles(), ...host }, ...grow()] }];
    }
    if (!isOperator(request)) return [401, {}];
    if (url.pathname === "/withdraw") {
      writeFileSync(join(process.env.FIXTURE_DIR, "inbox", `.taken-${body.batch}.withdrawn`), "");
      return [200, {}];
    }
    if (child !== undefined) return [200, { started: false, pid: child.pid }];
    const pid = start();
    while (!(await healthy())) await new Promise((resolve) => setTimeout(resolve, 10));
    return [200, { started: true, pid }];
  });
}
