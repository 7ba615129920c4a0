#!/usr/bin/env bash
# One expects: an answer in chunks whose last chunk never came, as when an inference server dies in the middle of it, is
#   an error at whoever reads it, as HTTP/1.1 wants (RFC 9112, 8). And the fetch of undici 7.29.0 is that of undici 7.29.0.
# What happens: where the server had said `connection: close`, the fetch of undici 7.16.0 takes what came for the whole
#   answer. The same bytes without that header are an error; Node's http client calls both incomplete. undici 7.29.0 has
#   that mended, but where another undici was loaded before it, its fetch sends by the other's dispatcher, and is fooled
#   as well. Node brings one along, loaded by a first touch of `fetch` or `Response`: that of Node 20.20.2 is fooled.
# Why it matters: servers that drain, and proxies, say `connection: close`. The client of a chat ends its stream in order
#   in the middle of a sentence: no error, no retry, and no failure in any count. Who installs a newer undici is not safe.
# Versions: undici 7.16.0 and 7.29.0, openai 7.59.0 (npm). Seen with Node 20.20.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  undici-7.16.0@npm:undici@7.16.0 undici-7.29.0@npm:undici@7.29.0 openai@7.59.0 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { get } from "node:http";

// The last that is named gives its fetch, and openai comes after it: its import touches `fetch`.
const versions = process.argv.slice(2);
let fetch;
for (const version of versions) ({ fetch } = await import(`undici-${version}`));
const { default: OpenAI } = await import("openai");

const head = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
const delta = { role: "assistant", content: "It is safe" };
const event = `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
const chunk = `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
let says = "";
/** One whole chunk, and the end of the connection where the next would begin. */
const server = createServer((socket) => {
  socket.once("data", () => {
    const headers = `content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n${says}\r\n`;
    socket.write(`HTTP/1.1 200 OK\r\n${headers}${chunk}`, () => setTimeout(() => socket.end(), 100));
  });
  socket.on("error", () => {});
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}`;

async function read() {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: "k", maxRetries: 0, fetch });
  let text = "";
  try {
    const messages = [{ role: "user", content: "Is it safe?" }];
    for await (const part of await client.chat.completions.create({ model: "m", stream: true, messages }))
      text += part.choices[0]?.delta?.content ?? "";
    return `whole: ${text}`;
  } catch (error) {
    return `error: ${error.message}`;
  }
}

const isComplete = () =>
  new Promise((told) =>
    get(base, { agent: false }, (answer) => {
      answer.on("error", () => {});
      answer.on("close", () => told(answer.complete));
      answer.resume();
    }),
  );

const seen = {};
for (const header of ["connection: close\r\n", ""]) {
  says = header;
  seen[header.trim() || "kept alive"] = { stream: await read(), "complete, by node:http": await isComplete() };
}
server.close();
const order = versions.length > 1 ? `${versions.at(-1)}, loaded after ${versions[0]}` : versions[0];
console.log(`openai 7.59.0 with the fetch of undici ${order}; one chunk came, and then the connection's end:`);
console.log(JSON.stringify(seen, null, 2));
const isFooled = versions[0] === "7.16.0";
const [closed, kept] = Object.values(seen);
assert.match(closed.stream, isFooled ? /^whole: It is safe$/ : /^error: /);
assert.match(kept.stream, /^error: /);
assert.deepEqual([closed, kept].map((one) => one["complete, by node:http"]), [false, false]);
process.exit(0);
END
timeout 50 node client.mjs 7.16.0
timeout 50 node client.mjs 7.29.0
timeout 50 node client.mjs 7.16.0 7.29.0
