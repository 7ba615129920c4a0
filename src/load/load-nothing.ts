// A light load, as trials send it, on a target that does nothing: what is seen of it is the load's own.

import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loopbackHost } from "../core/addresses.ts";
import type { LoadEvent, TriedLoad } from "../core/load-source.ts";
import type { Ms } from "../core/units.ts";
import { compiledEntry, endChild, firstAnswer, forkEntry } from "../lib/proc.ts";
import type { RequestEvent } from "../records/timeline/request.ts";
import { launchLoad } from "./start.ts";

/** Each rate is held so long, ms: long enough for 20 requests at the slowest. */
const stepMs: Ms = 200;
/** Connections open and code gets warm before anything counts, ms. */
const warmMs: Ms = 100;
/** The least that is tried, requests a second; whoever asks for more has a quarter more than that tried, too. */
const ratesPerSecond = [100, 400, 800] as const;
/** More than this is never tried, requests a second. */
const mostPerSecond = 4_000;
/** So long it may take until what was due is under way, ms: on a busy machine the load is late. */
const lateMs: Ms = 1_000;
/** What is still under way at the end may take so long, ms. */
const graceMs: Ms = 100;
/** A target that does nothing may take so long to come up, ms. */
const limitMs: Ms = 30_000;

/**
 * Loads nothing for about a second. `asked`: the greatest rate of the trials to come, requests a second. `mark`:
 * environment of the two helper processes, which are gone when it resolves. Rejects when one of them does not come up.
 */
export async function loadNothing(asked: number, mark: Readonly<Record<string, string>> = {}): Promise<TriedLoad> {
  const target = forkEntry(fileURLToPath(compiledEntry(import.meta.url, "load/null-target.js")), { mark });
  const load = launchLoad(mark);
  try {
    const port = await firstAnswer(target, { take: (message) => Number(message), limitMs });
    const rates = ratesFor(asked);
    const epoch = process.hrtime.bigint();
    const now = (): Ms => Number(process.hrtime.bigint() - epoch) / 1e6;
    const events: RequestEvent[] = [];
    let end: Ms = Infinity;
    let wholly: () => void = () => undefined;
    // What is due later begins later, so that all before it has begun.
    const whole = new Promise<void>((resolve) => (wholly = resolve));
    const take = (event: LoadEvent): void => {
      if (event.kind !== "request") return;
      events.push(event);
      if (event.intended >= end) wholly();
    };
    const handle = await load.start(orderFor(port, String(epoch)), take);
    const begin = now() + 60;
    const stepAt = (index: number): Ms => begin + warmMs + index * stepMs;
    end = stepAt(rates.length);
    handle.begin(begin);
    for (const [index, rate] of rates.entries()) handle.setRate(rate / ratesPerSecond[0], stepAt(index));
    await Promise.race([whole, delay(end + lateMs - now())]);
    await handle.stop(graceMs);
    const tried = rates.map((rate, index) => ({ ratePerSecond: rate, from: stepAt(index), to: stepAt(index + 1) }));
    return { tried, events };
  } finally {
    await load.end();
    await endChild(target, 1000);
  }
}

function ratesFor(asked: number): readonly number[] {
  const most = Math.min(mostPerSecond, Math.ceil(1.25 * asked));
  return [...new Set([...ratesPerSecond, ...(most > 0 ? [most] : [])])].toSorted((a, b) => a - b);
}

function orderFor(port: number, epochNs: string): Parameters<ReturnType<typeof launchLoad>["start"]>[0] {
  const url = `http://${loopbackHost}:${port}/`;
  const traffic = {
    name: "null",
    method: "GET",
    url,
    headers: {},
    body: null,
    stream: "whole",
    answer: "text",
  } as const;
  const spec = { arrival: "constant", ratePerSecond: ratesPerSecond[0], slowOverMs: 1000, timeoutMs: 1000 } as const;
  return { streams: [{ traffic, spec }], seed: 1, epochNs };
}
