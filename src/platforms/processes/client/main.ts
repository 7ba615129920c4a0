// A client's process: it asks one replica what it is told to, and reads the answers or does not. It ends when who
// started it lets go of the channel or dies, and after ten minutes in any case.

import { Agent, request, type IncomingMessage } from "node:http";
import type { ClientPlan } from "../../../core/controls.ts";
import type { Json, Ms } from "../../../core/units.ts";
import { waitingEnds } from "./other-ends.ts";
import type { FromClient, ToClient } from "./messages.ts";

const longestMs: Ms = 600_000;
/** Requests that may be under way at once: a replica that answers nobody must not make the client grow. */
const mostUnderWay = 64;

const seen = { sent: 0, answered: 0, open: 0, refused: 0, statuses: {} as Record<string, number> };
/** Of streams that are not read: our ports, and the server's. */
const unread = { ours: new Set<number>(), server: 0 };
const agent = new Agent({ keepAlive: false });
let underWay = 0;

function answer(message: FromClient): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** The body as it is sent: `{n}` and `{filler}` filled in. */
function filled(value: Json, n: number, filler: string): Json {
  if (typeof value === "string") return value.replaceAll("{n}", String(n)).replaceAll("{filler}", () => filler);
  if (Array.isArray(value)) return value.map((one: Json) => filled(one, n, filler));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, n, filler)]));
}

/** `begun` is called when the head of its answer is there. */
function ask(base: string, { path, body, does, from, ...plan }: ClientPlan, filler: string, begun: () => void): void {
  if (underWay >= mostUnderWay) return;
  seen.sent += 1;
  underWay += 1;
  const headers = { "content-type": "application/json", ...plan.headers };
  const source = from === undefined ? {} : { localAddress: from };
  const outgoing = request(`${base}${path}`, { method: "POST", headers, agent, ...source });
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    underWay -= 1;
  };
  outgoing.once("error", () => {
    if (!isOver) seen.refused += 1;
    over();
  });
  outgoing.once("response", (incoming) => {
    if ("unread" in does && incoming.statusCode === 200) unread.ours.add(incoming.socket.localPort ?? 0);
    take(incoming, "unread" in does, over);
    begun();
  });
  outgoing.end(JSON.stringify(filled(body, seen.sent, filler)));
}

function take(incoming: IncomingMessage, isUnread: boolean, over: () => void): void {
  const status = String(incoming.statusCode ?? 0);
  seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
  if (incoming.statusCode === 200) seen.answered += 1;
  else seen.refused += 1;
  seen.open += 1;
  incoming.once("close", () => {
    seen.open -= 1;
    over();
  });
  incoming.once("error", () => undefined);
  // Who never reads leaves the bytes where they are: in the sockets, and before those in the replica.
  if (isUnread && incoming.statusCode === 200) incoming.pause();
  else incoming.resume();
}

function begin(base: string, plan: ClientPlan): void {
  const { does } = plan;
  unread.server = Number(new URL(base).port);
  const { words, word, wordBytes } = plan.filler;
  const filler = word?.repeat(words) ?? Array.from({ length: words }, () => "x".repeat(wordBytes)).join(" ");
  if ("askedPerSecond" in does) {
    const { askedPerSecond, most = Infinity, forMs = Infinity } = does;
    // By the clock, too: where nobody answers, fewer are sent than were due.
    const until = performance.now() + forMs;
    const askOnce = (): void => ask(base, plan, filler, () => undefined);
    const asking = setInterval(() => {
      if (seen.sent >= most || performance.now() >= until) clearInterval(asking);
      else askOnce();
    }, 1000 / askedPerSecond);
    askOnce();
    return;
  }
  // One after the other, so that a replica that has to read them is not kept from everything else meanwhile.
  const open = (left: number): void => {
    if (left > 0) ask(base, plan, filler, () => open(left - 1));
  };
  open(does.unread);
}

process.on("message", (message: ToClient) => {
  if (message.do === "begin") begin(message.base, message.plan);
  const held = waitingEnds(unread.server, unread.ours);
  answer({ kind: "view", ...seen, ...(held !== undefined && { held }) });
});
process.once("disconnect", () => process.exit(0));
setTimeout(() => process.exit(0), longestMs);
answer({ kind: "up" });
