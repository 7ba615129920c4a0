#!/usr/bin/env bash
# One expects: a tool gets the arguments that the model wrote, or an error. And the model is shown its own call again.
# What happens: the model asks to delete row 9007199254740993. The AI SDK reads the arguments as JavaScript numbers and
#   runs the tool for row 9007199254740992, with a JSON schema that says "integer" and with z.number(). The next
#   request tells the model that it had asked for ...992: the true number is gone from the history too.
#   z.int() refuses the call, z.string() asks the model for a text and is safe.
# Why it matters: vector stores and databases have 64-bit ids. The row next to the right one is deleted, the run is a
#   success, and the transcript agrees with it. Only the raw stream, or the store, shows what happened.
# Versions: ai 7.0.173, @ai-sdk/openai-compatible 3.0.92, zod 4.6.7 (npm). Seen with Node 20, 22 and 26.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --no-audit --no-fund \
  ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 zod@4.6.7 >/dev/null

cat >client.mjs <<'END'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { z } from "zod";

const written = '{"row":9007199254740993}';
let remembered = null;
const server = createServer(async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const call = body.messages.flatMap((message) => message.tool_calls ?? [])[0];
  remembered = call?.function.arguments ?? null;
  const ask = { id: "call-1", type: "function", function: { name: "delete_row", arguments: written } };
  const message = call ? { content: "Row deleted." } : { content: null, tool_calls: [ask] };
  const finish_reason = call ? "stop" : "tool_calls";
  const choices = [{ index: 0, message: { role: "assistant", ...message }, finish_reason }];
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ id: "1", object: "chat.completion", created: 1, model: "m", choices }));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = createOpenAICompatible({ name: "local", baseURL })("m");

const integer = { type: "object", properties: { row: { type: "integer" } }, required: ["row"] };
const schemas = {
  "JSON schema, integer": jsonSchema(integer),
  "z.number()": z.object({ row: z.number() }),
  "z.int()": z.object({ row: z.int() }),
};
const seen = {};
for (const [name, inputSchema] of Object.entries(schemas)) {
  const deleted = [];
  const execute = async ({ row }) => {
    deleted.push(row);
    return "done";
  };
  const tools = { delete_row: tool({ description: "Delete one row.", inputSchema, execute }) };
  await generateText({ model, prompt: "Delete it.", maxRetries: 0, stopWhen: stepCountIs(3), tools });
  seen[name] = { deleted: deleted.join(), "told to the model": remembered };
}
server.close();
console.log(`ai 7.0.173, @ai-sdk/openai-compatible 3.0.92; the model wrote ${written}`);
console.table(seen);
const neighbour = { "told to the model": '{"row":9007199254740992}' };
assert.deepEqual(seen, {
  "JSON schema, integer": { deleted: "9007199254740992", ...neighbour },
  "z.number()": { deleted: "9007199254740992", ...neighbour },
  "z.int()": { deleted: "", ...neighbour },
});
END

timeout 50 node client.mjs
echo "Still so: the tool runs for the row next to the one that the model named."
