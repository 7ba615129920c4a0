// A question of our own to one replica, on the way that users' take and as long as theirs: a health path may be green
// while every answer is cut.

import { performance } from "node:perf_hooks";
import { messageOf } from "../common/log.ts";
import { promptFor } from "../common/passages.ts";
import { NO_TRACER } from "../common/telemetry/span.ts";
import { beginAnswer } from "./begun-answer.ts";
import { UpstreamFailure } from "./upstream-failure.ts";
import { textOf } from "./bodies.ts";
import { type Caller, type CheckResult, type Upstream } from "./upstream.ts";

/** Bound on the first byte, and on the time without content, ms. */
const WITHIN_MS = 5000;
const DIMENSION = 512;

const PASSAGE = {
  id: "probe",
  text:
    "A probe asks one replica a question and reads the whole answer, word by word, until the reason for its end has " +
    "come. An answer that ends early shows that the replica, or the way to it, cuts what it says to everybody else. " +
    "Short answers prove little, because what is cut after a few words leaves them whole.",
};
const CHAT = {
  stream: true,
  stream_options: { include_usage: true },
  messages: [promptFor([PASSAGE]), { role: "user", content: "What does a probe show of a replica that cuts answers?" }],
};
/** The same as the argument of a call: a cut that hits calls alone leaves every text whole. */
const CALL = {
  ...CHAT,
  tools: [
    {
      type: "function",
      function: {
        name: "note_down",
        parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      },
    },
  ],
  tool_choice: { type: "function", function: { name: "note_down" } },
};
const SEARCH = { vectors: [Array.from({ length: DIMENSION }, () => 0.04)], k: 1 };

/** Asks it, outside statistics and rotation. Never rejects. */
export async function questionTo(upstream: Upstream): Promise<CheckResult> {
  const from = performance.now();
  const ms = (): number => Math.round((performance.now() - from) * 100) / 100;
  const span = NO_TRACER.begin("question", { kind: "client", parent: null, attributes: {} });
  const caller: Caller = { signal: AbortSignal.timeout(3 * WITHIN_MS), span };
  try {
    await (upstream.service === "inference" ? textAndCall(upstream, caller) : search(upstream, caller));
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), error: messageOf(error) };
  }
}

/** One that refuses to make calls at all has answered. */
async function textAndCall(upstream: Upstream, caller: Caller): Promise<void> {
  await chat(upstream, caller, CHAT);
  await chat(upstream, caller, CALL).catch((error: unknown) => {
    if (!(error instanceof UpstreamFailure && error.isRefusal)) throw error;
  });
}

async function chat(upstream: Upstream, caller: Caller, body: object): Promise<void> {
  const call = { path: "/v1/chat/completions", body, timeoutMs: WITHIN_MS, isProbe: true };
  const pieces = await beginAnswer({
    post: async (whom) => upstream.post({ ...call, ...whom }),
    caller,
    replica: upstream.replica,
    contentWithinMs: WITHIN_MS,
    bounds: {},
  });
  for await (const piece of pieces) void piece;
}

async function search(upstream: Upstream, caller: Caller): Promise<void> {
  const call = { path: "/search", body: SEARCH, timeoutMs: WITHIN_MS, isProbe: true };
  JSON.parse(await textOf((await upstream.post({ ...call, ...caller })).bytes));
}
