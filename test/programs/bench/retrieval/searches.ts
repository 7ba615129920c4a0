// Searches of a vector replica at a steady pace, each straight to it: none may be left without an answer, whatever is
// done to its index meanwhile.

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { shown } from "../healer/figures.ts";
import { boundOn, type Reached } from "../models/row.ts";

const EVERY_MS = 20;
/** As long as the probes of the stack's own `target.yaml` wait for a replica. */
const LOST_AFTER_MS = 2000;
const HITS = 4;
const VECTORS = 200;

export interface SearchCount {
  readonly asked: number;
  readonly unanswered: number;
  /** The slowest that was answered, ms. */
  readonly slowestMs: number;
}

const sampled = z.object({ items: z.array(z.object({ vector: z.array(z.number()) })) });
const found = z.object({ results: z.tuple([z.array(z.object({ id: z.string() })).min(1)]) });

/** Vectors of its own records, as bodies of searches. */
export async function searchBodies(port: number): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/records/sample?n=${VECTORS}&seed=1`);
  const { items } = sampled.parse(await answer.json());
  return items.map(({ vector }) => JSON.stringify({ vectors: [vector], k: HITS }));
}

/** Whether a search is answered, and with something. */
export async function isSearched(port: number, body: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(LOST_AFTER_MS),
  });
  return answer.ok && found.safeParse(await answer.json()).success;
}

/** Searches until it is stopped, in an open loop: a slow answer holds up no other search. */
export async function startSearches(port: number): Promise<{ stop(): Promise<SearchCount> }> {
  const bodies = await searchBodies(port);
  const stopped = new AbortController();
  const open = new Set<Promise<void>>();
  const count = { asked: 0, unanswered: 0, slowestMs: 0 };
  const ask = async (body: string): Promise<void> => {
    const began = performance.now();
    const isAnswered = await isSearched(port, body).catch(() => false);
    if (isAnswered) count.slowestMs = Math.max(count.slowestMs, performance.now() - began);
    else count.unanswered += 1;
  };
  const running = (async () => {
    for (let dueAt = performance.now(); !stopped.signal.aborted; dueAt += EVERY_MS) {
      await sleep(Math.max(0, dueAt - performance.now()));
      const one = ask(bodies[count.asked % bodies.length] ?? "");
      count.asked += 1;
      open.add(one);
      void one.finally(() => open.delete(one));
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await running;
      await Promise.all(open);
      return count;
    },
  };
}

/** All of several times. */
function allOf(counts: readonly SearchCount[]): SearchCount {
  return {
    asked: counts.reduce((sum, { asked }) => sum + asked, 0),
    unanswered: counts.reduce((sum, { unanswered }) => sum + unanswered, 0),
    slowestMs: Math.max(0, ...counts.map(({ slowestMs }) => slowestMs)),
  };
}

/** None may be left unanswered; with the exact upper bound of 95 % on how often it may come yet. */
export function searchesFigure(during: string, counts: readonly SearchCount[]): Reached {
  const { asked, unanswered, slowestMs } = allOf(counts);
  const bound = `at most ${(100 * boundOn(unanswered, asked)).toFixed(2)} % with 95 %`;
  return {
    what: `searches of the replica left unanswered for ${LOST_AFTER_MS / 1000} s during ${during}`,
    reached: `${unanswered} of ${asked}, ${bound}, the slowest took ${shown(slowestMs)}`,
    goal: "none",
    isKept: asked > 0 && unanswered === 0,
  };
}
