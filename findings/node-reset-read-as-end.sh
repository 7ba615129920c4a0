#!/usr/bin/env bash
# One expects: a connection that its server resets in the middle of an answer is an error at whoever reads the answer.
#   TCP tells an end in order from a reset, and an answer without a length has nothing else to say that it is cut.
# What happens: where the reset comes right behind the last bytes, Node tells of an end in order: `end`, no `error`. Its
#   event loop (libuv) finds bytes and hang-up in one look, reads fewer bytes than it has room for, and takes the rest
#   for the end; its http client calls half the answer complete. The same reset a moment later is ECONNRESET for both.
#   `fetch` (undici), and with it the openai client, takes even that for the end: a stream ends in order in the middle
#   of a sentence. Python's http.client raises whenever the reset comes.
# Why it matters: an inference server that is killed, or a chaos proxy that resets, sends just that. A load generator or
#   an SDK on Node counts the torn answer as whole, more often the busier its machine is. A proxy that wants its resets
#   seen must let some time pass between the last bytes and the reset.
# Versions: openai 7.59.0 (npm), Node 20 on Linux. Seen with Node 20.20.2 and Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund openai@7.59.0 >/dev/null

cat >read.py <<'END'
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
connection.request("GET", "/v1/chat/completions")
try:
    print("whole", len(connection.getresponse().read()))
except ConnectionResetError:
    print("ConnectionResetError")
END

cat >run.mjs <<'END'
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { get } from "node:http";
import { createServer, connect } from "node:net";
import { promisify } from "node:util";
import OpenAI from "openai";

const head = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
const delta = { role: "assistant", content: "It is safe" };
const event = `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
let gapMs = 0;
/** An answer without a length; then a reset. */
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event}`);
    if (gapMs === 0) socket.resetAndDestroy();
    else setTimeout(() => socket.resetAndDestroy(), gapMs);
  });
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const { port } = server.address();

const bare = () =>
  new Promise((told) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("POST / HTTP/1.1\r\n\r\n"));
    socket.resume();
    socket.once("end", () => told("end"));
    socket.once("error", (error) => told(error.code));
  });

const http = () =>
  new Promise((told) => {
    const asked = get(`http://127.0.0.1:${port}/`, { agent: false }, (answer) => {
      answer.resume();
      answer.once("close", () => told(answer.complete && !answer.errored ? "complete" : "incomplete"));
      answer.on("error", () => {});
    });
    asked.on("error", () => told("error"));
  });

async function openai() {
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "k", maxRetries: 0 });
  let text = "";
  try {
    const messages = [{ role: "user", content: "Is it safe?" }];
    for await (const part of await client.chat.completions.create({ model: "m", stream: true, messages }))
      text += part.choices[0]?.delta?.content ?? "";
    return `whole: ${text}`;
  } catch {
    return "error";
  }
}

const python = async () => (await promisify(execFile)("python3", ["read.py", String(port)])).stdout.trim();

/** How often each was seen in 40 tries. */
async function told(read) {
  const seen = {};
  for (let i = 0; i < 40; i += 1) {
    const one = await read();
    seen[one] = (seen[one] ?? 0) + 1;
  }
  return seen;
}
const share = (seen, word) => (seen[word] ?? 0) / 40;

const rows = {};
for (const gap of [0, 200]) {
  gapMs = gap;
  rows[gap] = { socket: await told(bare), http: await told(http), openai: await told(openai), python: await told(python) };
  console.log(`reset ${gap} ms after the last bytes:`, JSON.stringify(rows[gap]));
}
// What is read before the reset is there is told as it is: most tries, not all of them.
assert.ok(share(rows[0].socket, "end") > 0.5, "right behind the bytes a socket of Node ends in order");
assert.ok(share(rows[0].http, "complete") > 0.5, "and its http client calls half an answer complete");
assert.ok(share(rows[200].socket, "ECONNRESET") > 0.9, "a moment later it is a reset");
assert.ok(share(rows[200].http, "complete") < 0.1, "and the answer is not complete");
for (const gap of [0, 200])
  assert.ok(share(rows[gap].openai, "whole: It is safe") > 0.9, "the openai client takes both for the end");
assert.equal(rows[0].python["ConnectionResetError"], 40, "Python raises whenever it comes");
assert.equal(rows[200].python["ConnectionResetError"], 40);
server.close();
END
node run.mjs
