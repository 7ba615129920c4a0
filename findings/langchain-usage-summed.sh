#!/usr/bin/env bash
# One expects: if a server reports the usage so far with each piece of a stream (vLLM and SGLang do when
#   `stream_options.continuous_usage_stats` is set), the usage of the answer is the last report.
# What happens: LangChain adds the reports up. Python: `usage_metadata` of an answer of 3 tokens to a prompt of 10 says
#   12 out and 60 in. JavaScript: the same message holds both, `usage_metadata` says 3 and 10, and
#   `response_metadata.usage` says 12 and 60. The factor grows with the length of the answer.
# Why it matters: costs, token rates and "tokens per second" that are read from the client are wrong by a large factor,
#   only for streams, only with this server option, and differently in two languages. Count tokens at the server.
# Versions: langchain-openai 1.7.4, langchain-core 1.8.3 (PyPI); @langchain/openai 1.6.0, @langchain/core 1.4.0 (npm).
#   Seen with Node 20, 22 and 26, Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund @langchain/openai@1.6.0 @langchain/core@1.4.0 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check langchain-openai==1.7.4 langchain-core==1.8.3

# The stream: usage grows with each piece, and comes once more at the end without a choice.
node >stream.txt <<'END'
const pieces = ["", "one ", "two ", "three", null];
const chunk = (choices, tokens) => {
  const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: 10 + tokens };
  const object = "chat.completion.chunk";
  return `data: ${JSON.stringify({ id: "1", object, created: 1, model: "m", choices, usage })}\n\n`;
};
for (const [at, content] of pieces.entries()) {
  const choice = { index: 0, delta: content === null ? {} : { role: "assistant", content }, finish_reason: null };
  if (content === null) choice.finish_reason = "stop";
  process.stdout.write(chunk([choice], Math.min(at, 3)));
}
process.stdout.write(`${chunk([], 3)}data: [DONE]\n\n`);
END

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ChatOpenAI } from "@langchain/openai";

let asked;
const server = createServer(async (request, response) => {
  asked = JSON.parse(Buffer.concat(await request.toArray()).toString()).stream_options;
  response.setHeader("content-type", "text/event-stream");
  response.end(readFileSync("stream.txt"));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = new ChatOpenAI({ model: "m", apiKey: "none", maxRetries: 0, configuration: { baseURL } });
const stream_options = { include_usage: true, continuous_usage_stats: true };
let answer;
for await (const chunk of await model.stream("Count.", { stream_options })) {
  answer = answer === undefined ? chunk : answer.concat(chunk);
}
server.close();
const { input_tokens, output_tokens } = answer.usage_metadata;
const { prompt_tokens, completion_tokens } = answer.response_metadata.usage;
const seen = { usage_metadata: [input_tokens, output_tokens], response_metadata: [prompt_tokens, completion_tokens] };
console.log(`@langchain/openai 1.6.0: "${answer.content}", tokens in and out:`, seen);
assert.deepEqual(asked, stream_options);
assert.equal(answer.content, "one two three");
assert.deepEqual(seen, { usage_metadata: [10, 3], response_metadata: [60, 12] });
END

cat >client.py <<'END'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from langchain_openai import ChatOpenAI

asked = {}


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        asked.update(json.loads(self.rfile.read(int(self.headers["content-length"])))["stream_options"])
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.write(open("stream.txt", "rb").read())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/v1"
options = {"include_usage": True, "continuous_usage_stats": True}
answer = None
extra = {"stream_options": options}
model = ChatOpenAI(model="m", api_key="none", base_url=url, max_retries=0, stream_usage=True, extra_body=extra)
for chunk in model.stream("Count."):
    answer = chunk if answer is None else answer + chunk
server.shutdown()
usage = answer.usage_metadata
seen = [usage["input_tokens"], usage["output_tokens"]]
print(f'langchain-openai 1.7.4 (PyPI): "{answer.content}", tokens in and out: usage_metadata {seen}')
assert asked == options, asked
assert answer.content == "one two three", answer.content
assert seen == [60, 12], "changed"
END

timeout 50 node client.mjs
timeout 50 venv/bin/python client.py
echo "Still so: 10 tokens in and 3 out are counted as 60 and 12."
