// The question of its own that the gateway asks a replica which is to come back.

import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gatewayBefore, inference, openThings, standIn } from "./stand-ins.ts";

beforeEach(() => {
  // The services log to stderr, and some of them fail here on purpose.
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

/** Answers texts as it should, and each call with this status, cut. */
async function answerTo(request: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
  if (!(await text(request)).includes("tool_choice")) return inference("one")(request, response);
  const call = { index: 0, id: "c", type: "function", function: { name: "note_down", arguments: '{"text":"half' } };
  response.writeHead(status, { "content-type": status === 200 ? "text/event-stream" : "application/json" });
  const delta = { choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: "tool_calls" }] };
  response.end(status === 200 ? `data: ${JSON.stringify(delta)}\n\ndata: [DONE]\n\n` : "{}");
}

it("asks a replica a question for the supervisor alone", async () => {
  let asked = 0;
  const counting = await standIn((request, response) => {
    asked += 1;
    inference("one")(request, response);
  });
  const base = await gatewayBefore({ inferences: [counting, counting] });
  const check = (token?: string): Promise<Response> =>
    fetch(`${base}/internal/check`, {
      method: "POST",
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      body: JSON.stringify({ upstream: "inference-1", question: true }),
    });
  for (const token of [undefined, "guess", "look"]) expect((await check(token)).status).toBe(401);
  expect(asked).toBe(0);
  expect(await (await check("s3cret")).json()).toMatchObject({ ok: true });
  // For a text, and for a call.
  expect(asked).toBe(2);
});

it.each([
  ["cuts calls, and no text", 200, false],
  ["refuses to make calls", 400, true],
  ["fails at calls", 500, false],
])("does not take a replica that %s for the other kind", async (_what, status, ok) => {
  const replica = await standIn((request, response) => void answerTo(request, response, status));
  const base = await gatewayBefore({ inferences: [replica, replica] });
  const answer = await fetch(`${base}/internal/check`, {
    method: "POST",
    headers: { authorization: "Bearer s3cret" },
    body: JSON.stringify({ upstream: "inference-1", question: true }),
  });
  expect(await answer.json()).toMatchObject({ ok });
});
