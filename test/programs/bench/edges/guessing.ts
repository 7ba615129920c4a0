// Guesses at a gateway's door from one address, and honest users who log in from those beside it.

import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BLOCKED = 403;

interface User {
  readonly user: string;
  readonly password: string;
}

function logIn(port: number, from: string, user: User): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const where = { host: "127.0.0.1", port, path: "/v1/sessions", localAddress: from, agent: false as const };
    const outgoing = request({ ...where, method: "POST", headers, timeout: 15_000 });
    outgoing.once("error", reject);
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer within 15 s")));
    outgoing.once("response", (incoming) => {
      incoming.resume();
      incoming.once("end", () => resolve(incoming.statusCode ?? 0));
      incoming.once("error", reject);
    });
    outgoing.end(JSON.stringify(user));
  });
}

/** Ms from the first guess to the first that is turned away, of so many a second; undefined: not in time. */
export async function guessUntilBlocked(
  port: number,
  { from, perSecond, withinMs }: { readonly from: string; readonly perSecond: number; readonly withinMs: number },
): Promise<number | undefined> {
  const begun = performance.now();
  const seen: { blockedAt?: number } = {};
  const open: Promise<void>[] = [];
  for (let n = 0; seen.blockedAt === undefined && performance.now() - begun < withinMs; n += 1) {
    await sleep(Math.max(0, begun + (n * 1000) / perSecond - performance.now()));
    const one = logIn(port, from, { user: "user-7", password: `guess-${n}` }).then(
      (status) => void (status === BLOCKED && (seen.blockedAt ??= performance.now())),
      // A guess without an answer shows nothing.
      () => undefined,
    );
    open.push(one);
  }
  await Promise.all(open);
  return seen.blockedAt === undefined ? undefined : seen.blockedAt - begun;
}

export interface HonestCounts {
  sent: number;
  /** Turned away, or refused otherwise, though name and password were right. */
  refused: number;
  /** No answer at all. */
  lost: number;
}

/** Right log-ins of all users by turns, from these addresses by turns, until so many were sent. */
export async function honestLogIns(
  port: number,
  { from, perSecond, count }: { readonly from: readonly string[]; readonly perSecond: number; readonly count: number },
): Promise<HonestCounts> {
  const file = join(import.meta.dirname, "../../../../../targets/reference-ai-stack/corpus/users.jsonl");
  const users = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as User);
  const counts: HonestCounts = { sent: 0, refused: 0, lost: 0 };
  const begun = performance.now();
  const open: Promise<void>[] = [];
  while (counts.sent < count) {
    await sleep(Math.max(0, begun + (counts.sent * 1000) / perSecond - performance.now()));
    const { user, password } = users[counts.sent % users.length] ?? { user: "", password: "" };
    const one = logIn(port, from[counts.sent % from.length] ?? "127.0.0.1", { user, password }).then(
      (status) => void (counts.refused += status === 200 ? 0 : 1),
      () => void (counts.lost += 1),
    );
    counts.sent += 1;
    open.push(one);
  }
  await Promise.all(open);
  return counts;
}
