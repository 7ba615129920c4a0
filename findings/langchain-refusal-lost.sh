#!/usr/bin/env bash
# One expects: when the model refuses, the reason reaches the caller, streamed or not.
# What happens: the OpenAI protocol carries a refusal in a field of its own, `refusal`, beside an empty `content`, and
#   ends with "stop". LangChain for JavaScript drops the field, in plain and in streamed calls. LangChain for Python
#   keeps it in a plain call and drops it in a streamed one. What is left is an empty text with finish reason "stop".
#   OpenAI's own client keeps the refusal.
# Why it matters: from outside, a refused answer and a broken stream that lost its text look the same, and "stop" says
#   that all is well. An empty answer must not be counted as answered, and its reason must be read from the wire.
# Versions: @langchain/openai 1.6.0, @langchain/core 1.4.0, openai 7.59.0 (npm); langchain-openai 1.7.4,
#   langchain-core 1.8.3 (PyPI). Seen with Node 20, 22 and 26, Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  @langchain/openai@1.6.0 @langchain/core@1.4.0 openai@7.59.0 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langchain-openai==1.7.4 langchain-core==1.8.3

# The same refusal as a stream and as a whole answer.
node <<'END'
const { writeFileSync } = require("node:fs");
const head = { id: "1", created: 1, model: "m" };
const chunk = (delta, finish_reason = null) => {
  const choices = [{ index: 0, delta, finish_reason }];
  return `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices })}\n\n`;
};
const start = chunk({ role: "assistant", content: null, refusal: "I cannot " });
writeFileSync("stream.txt", `${start}${chunk({ refusal: "help with that." })}${chunk({}, "stop")}data: [DONE]\n\n`);
const message = { role: "assistant", content: null, refusal: "I cannot help with that." };
const choices = [{ index: 0, message, finish_reason: "stop" }];
writeFileSync("whole.json", JSON.stringify({ ...head, object: "chat.completion", choices }));
END

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";

const server = createServer(async (request, response) => {
  const { stream } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  response.setHeader("content-type", stream ? "text/event-stream" : "application/json");
  response.end(readFileSync(stream ? "stream.txt" : "whole.json"));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = new ChatOpenAI({ model: "m", apiKey: "none", maxRetries: 0, configuration: { baseURL } });
const look = (message) => ({
  content: message.content,
  finish: message.response_metadata.finish_reason,
  "holds the refusal": JSON.stringify(message).includes("cannot"),
});
let streamed;
for await (const chunk of await model.stream("Do it.")) {
  streamed = streamed === undefined ? chunk : streamed.concat(chunk);
}
const whole = await model.invoke("Do it.");
const own = new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 });
const messages = [{ role: "user", content: "Do it." }];
const { choices } = await own.chat.completions.stream({ model: "m", messages }).finalChatCompletion();
server.close();
console.log("@langchain/openai 1.6.0");
console.table({ "plain call": look(whole), streamed: look(streamed) });
console.log(`openai 7.59.0, streamed: refusal "${choices[0].message.refusal}"`);
const lost = { content: "", finish: "stop", "holds the refusal": false };
assert.deepEqual({ whole: look(whole), streamed: look(streamed) }, { whole: lost, streamed: lost });
assert.equal(choices[0].message.refusal, "I cannot help with that.");
END

cat >client.py <<'END'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from langchain_openai import ChatOpenAI


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        stream = json.loads(self.rfile.read(int(self.headers["content-length"]))).get("stream")
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if stream else "application/json")
        self.end_headers()
        self.wfile.write(open("stream.txt" if stream else "whole.json", "rb").read())

    def log_message(self, *_):
        pass


def look(message):
    refused = "cannot" in message.model_dump_json()
    return (message.content, message.response_metadata["finish_reason"], refused)


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
model = ChatOpenAI(model="m", api_key="none", base_url=url, max_retries=0)
whole = look(model.invoke("Do it."))
streamed = None
for chunk in model.stream("Do it."):
    streamed = chunk if streamed is None else streamed + chunk
streamed = look(streamed)
server.shutdown()
print("langchain-openai 1.7.4 (PyPI): content, finish, holds the refusal")
print("  plain call:", whole)
print("  streamed:  ", streamed)
assert whole == ("", "stop", True), "changed"
assert streamed == ("", "stop", False), "changed"
END

timeout 50 node client.mjs
timeout 50 venv/bin/python client.py
echo "Still so: a refusal is an empty answer that ended well."
