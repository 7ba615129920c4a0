#!/usr/bin/env bash
# One expects: an event stream may carry comments, `id:` and `event:` lines. A reader skips them and loses no text.
# What happens: Google's JavaScript client only takes an event whose first characters are `data:`.
#   One comment line in front of one event: this event is dropped. "It is not safe." reads "It is safe.", with
#   finish reason STOP and no error. If every event has an `id:` or `event:` line first, the answer is empty, and
#   again nothing is raised. Google's own Python client raises on the same bytes.
# Why it matters: gateways add such lines (heartbeats, ids). A status, a finish reason and a time to first token all
#   look healthy while words are missing. Only the text itself shows it, so a probe must know the right text.
# Versions: @google/genai 3.3.0 (npm), google-genai 3.6.1 (PyPI). Seen with Node 20, 22 and 26, Python 3.11.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund @google/genai@3.3.0 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-genai==3.6.1

# Four streams of the same four words. All are valid by the standard of event streams.
cat >streams.json <<'END'
{
  "plain": ["", "", "", ""],
  "comment": ["", "", ": heartbeat\n", ""],
  "id": ["id: 1\n", "id: 2\n", "id: 3\n", "id: 4\n"],
  "event": ["event: message\n", "event: message\n", "event: message\n", "event: message\n"]
}
END

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { GoogleGenAI } from "@google/genai";

const streams = JSON.parse(readFileSync("streams.json", "utf8"));
const words = ["It ", "is ", "not ", "safe."];
const server = createServer(async (request, response) => {
  await request.resume().toArray();
  const before = streams[/models\/(\w+)/.exec(request.url)[1]];
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const [at, text] of words.entries()) {
    const candidate = { content: { role: "model", parts: [{ text }] }, ...(at === 3 && { finishReason: "STOP" }) };
    response.write(`${before[at]}data: ${JSON.stringify({ candidates: [candidate] })}\n\n`);
  }
  response.end();
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const client = new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl } });
const seen = {};
for (const model of Object.keys(streams)) {
  const read = { text: "", finish: null, error: null };
  try {
    for await (const chunk of await client.models.generateContentStream({ model, contents: "Is it safe?" })) {
      read.text += chunk.text;
      read.finish = chunk.candidates[0].finishReason ?? read.finish;
    }
  } catch (error) {
    read.error = error.name;
  }
  seen[model] = read;
}
server.close();
console.log("@google/genai 3.3.0");
console.table(seen);
assert.deepEqual(seen, {
  plain: { text: "It is not safe.", finish: "STOP", error: null },
  comment: { text: "It is safe.", finish: "STOP", error: null },
  id: { text: "", finish: null, error: null },
  event: { text: "", finish: null, error: null },
});
END

cat >client.py <<'END'
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from google import genai

STREAMS = json.load(open("streams.json"))
WORDS = ["It ", "is ", "not ", "safe."]


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        before = STREAMS[re.search(r"models/(\w+)", self.path)[1]]
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for at, text in enumerate(WORDS):
            candidate = {"content": {"role": "model", "parts": [{"text": text}]}}
            if at == 3:
                candidate["finishReason"] = "STOP"
            self.wfile.write(f"{before[at]}data: {json.dumps({'candidates': [candidate]})}\n\n".encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = genai.Client(api_key="none", http_options={"base_url": f"http://127.0.0.1:{server.server_port}"})
seen = {}
for model in STREAMS:
    try:
        seen[model] = "".join(c.text or "" for c in client.models.generate_content_stream(model=model, contents="?"))
    except Exception as error:
        seen[model] = type(error).__name__
server.shutdown()
print("google-genai 3.6.1 (PyPI):", seen)
raised = "UnknownApiResponseError"
assert seen == {"plain": "It is not safe.", "comment": raised, "id": raised, "event": raised}, "changed"
END

timeout 50 node client.mjs
timeout 50 venv/bin/python client.py
echo "Still so: words are lost without an error in JavaScript, and with an error in Python."
