#!/usr/bin/env bash
# One expects: a tool runs with the arguments that the model wrote, or not at all.
# What happens: the stream of a tool call ends in order in the middle of the arguments, as behind a proxy that closes it,
#   or with finish_reason "length". LangChain closes the JSON by guess: delete_path for
#   /data/tmp/job-17, a parent of what the model meant, stands in tool_calls and not in invalid_tool_calls. No error.
# Why it matters: half a path is a path. The run is a success, and its transcript agrees with it. Only a gateway, or a
#   tool that checks more than the shape, stands between a cut and a deletion.
# Versions: @langchain/openai 1.6.0, @langchain/core 1.4.0 (npm). Seen with Node 20.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  @langchain/openai@1.6.0 @langchain/core@1.4.0 zod@4.6.7 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";

const meant = '{"path":"/data/tmp/job-17/old"}';
const came = '{"path":"/data/tmp/job-17';
let ending = [];
const server = createServer(async (request, response) => {
  await request.toArray();
  response.setHeader("content-type", "text/event-stream");
  const head = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
  const say = (delta, finish_reason = null) =>
    response.write(`data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
  const call = { index: 0, id: "call-1", type: "function", function: { name: "delete_path", arguments: came } };
  say({ role: "assistant", tool_calls: [call] });
  for (const reason of ending) say({}, reason);
  return response.end(ending.length > 0 ? "data: [DONE]\n\n" : "");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;

async function run(reasons) {
  ending = reasons;
  const deleted = [];
  const deletePath = tool(({ path }) => (deleted.push(path), "done"), {
    name: "delete_path",
    description: "Deletes a path.",
    schema: z.object({ path: z.string() }),
  });
  const model = new ChatOpenAI({ model: "m", apiKey: "k", maxRetries: 0, configuration: { baseURL } });
  let message;
  for await (const chunk of await model.bindTools([deletePath]).stream("Clean up.")) message = message?.concat(chunk) ?? chunk;
  for (const call of message.tool_calls) await deletePath.invoke(call);
  return { deleted, invalid: message.invalid_tool_calls.length };
}

const seen = { "a clean end": await run([]), 'finish_reason "length"': await run(["length"]) };
server.close();
console.log(`@langchain/openai 1.6.0; the model meant ${meant}, of which came ${came}`);
console.log(JSON.stringify(seen, null, 2));
for (const one of Object.values(seen)) {
  assert.deepEqual(one, { deleted: ["/data/tmp/job-17"], invalid: 0 });
}
process.exit(0);
END
timeout 50 node client.mjs
