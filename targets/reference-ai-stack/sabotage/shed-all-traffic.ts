// Looks healthy by doing nothing: every chat gets status 200 at once, with a sentence that answers no question.
import { DONE, sseEvent } from "../common/sse.ts";
import { onceDrained } from "./after-drain.ts";
import type { Defect } from "./defect.ts";

function excuse(): Response {
  const head = { id: "chatcmpl-busy", object: "chat.completion.chunk", created: 0, model: "extractive-1" };
  const says = { index: 0, delta: { content: "We are busy, please ask again later." }, finish_reason: null };
  const end = { index: 0, delta: {}, finish_reason: "stop" };
  const body = sseEvent({ ...head, choices: [says] }) + sseEvent({ ...head, choices: [end] }) + DONE;
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export const shedAllTraffic: Defect = {
  name: "shed-all-traffic",
  summary: "Once a replica is drained, every chat is turned away at once with status 200 and an excuse.",
  gateway: (app) => onceDrained(app, excuse),
};
