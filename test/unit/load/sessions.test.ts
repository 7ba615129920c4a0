// Sessions: what a step's latency counts from, what becomes of steps that are never asked, and what the dice fix.

import { expect, test } from "vitest";
import type { SessionUsers, Think, TrafficSpec } from "../../../src/core/target.ts";
import { makeSessions } from "../../../src/load/sessions.ts";
import { run, serve, spec } from "./generator-cases.ts";

/** As Map.groupBy, which Node 20 does not have. */
function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const thinks = (ms: number): Think => ({ leastMs: ms, mostMs: ms });
const request = (url: string): TrafficSpec => ({
  name: "visits",
  method: "GET",
  url,
  headers: { "x-key": "{key}" },
  body: null,
  stream: "whole",
});
const steps = (url: string, ...names: readonly string[]): SessionUsers["steps"] =>
  names.map((name, index) => ({
    name,
    think: thinks(index === 0 ? 0 : 30),
    sameRow: index > 0,
    request: request(`${url}/${name}?of={session}`),
  }));
const group = (name: string, share: number, own: SessionUsers["steps"]): SessionUsers => ({
  name,
  share,
  keys: [],
  steps: own,
});

/** Sessions of three requests, so many a second; however starved the machine, no request times out. */
const sessionsOf = (perSecond: number) => ({
  ...spec,
  ratePerSecond: 3 * perSecond,
  requestsPerSession: 3,
  slowOverMs: 30_000,
  timeoutMs: 60_000,
});

test("sessions begin by a clock that no answer moves, and later steps a think time after the end of the step before", async () => {
  const url = await serve((asked, response) => {
    // The second step takes its time.
    setTimeout(() => response.end("ok"), asked.url?.includes("/again") ? 120 : 0);
  });
  const session = [group("readers", 1, steps(url, "ask", "again", "leave"))];
  const { requests, summary } = await run(url, 36, { session, stream: "whole" }, { spec: sessionsOf(20) });

  expect(summary.errors + summary.unsent).toBe(0);
  const firsts = requests.filter(({ session: of }) => of?.step === "ask").map(({ intended }) => intended);
  for (const [index, at] of firsts.entries()) expect(at - (firsts[0] ?? 0)).toBeCloseTo(50 * index, 6);
  const of = (number: number) => requests.filter((each) => each.session?.number === number);
  const whole = [...Array(firsts.length).keys()].map((index) => of(index + 1)).filter((all) => all.length === 3);
  expect(whole.length).toBeGreaterThan(2);
  for (const [first, second, third] of whole) {
    expect(second?.intended).toBeCloseTo((first?.done ?? 0) + 30, 6);
    // The wait for the second answer is its own, and is not charged to the third.
    expect((second?.done ?? 0) - (second?.intended ?? 0)).toBeGreaterThanOrEqual(119);
    expect(third?.intended).toBeCloseTo((second?.done ?? 0) + 30, 6);
  }
});

test("a stall takes no sample away: every session counts as many requests as it has steps", async () => {
  let failing = false;
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    if (asked === 30) failing = true;
    response.writeHead(failing ? 503 : 200).end("ok");
  });
  const session = [group("readers", 1, steps(url, "ask", "again", "leave"))];
  const { requests, summary } = await run(url, 90, { session, stream: "whole" }, { spec: sessionsOf(40) });

  const lost = requests.filter(({ error }) => error === "not reached");
  expect(lost.length).toBeGreaterThan(20);
  expect(summary.scheduled).toBe(summary.answered + summary.errors + summary.unsent + summary.abandoned);
  const bySession = grouped(requests, (each) => each.session?.number ?? 0);
  for (const all of bySession.values()) {
    const failed = all.find(({ outcome, sent }) => outcome === "error" && sent !== null);
    if (failed === undefined) continue;
    expect(all.map((each) => each.session?.step)).toEqual(["ask", "again", "leave"]);
    // They count with the step that failed, at its instant, and cost the harness no lateness.
    for (const each of all.slice(all.indexOf(failed) + 1)) {
      expect(each).toMatchObject({ at: failed.at, intended: failed.intended, sent: null, done: null });
    }
  }
});

test("what we shed ourselves is never held against the target", async () => {
  const url = await serve(() => undefined);
  const session = [group("readers", 1, steps(url, "ask", "again", "leave"))];
  const short = { ...sessionsOf(60), slowOverMs: 300, timeoutMs: 400 };
  const { requests } = await run(url, 40, { session, stream: "whole" }, { maxInFlight: 2, spec: short });
  const unsent = requests.filter(({ outcome }) => outcome === "unsent");
  expect(new Set(unsent.map(({ session: of }) => of?.step))).toEqual(new Set(["ask", "again", "leave"]));
  expect(unsent.some(({ error }) => error !== undefined)).toBe(false);
});

test("a session has one word and one key of its own in all steps, the key in headers alone", async () => {
  const seen: { key: string; of: string; step: string }[] = [];
  const url = await serve((asked, response) => {
    const at = new URL(asked.url ?? "", "http://x");
    const key = String(asked.headers["x-key"]);
    seen.push({ key, of: at.searchParams.get("of") ?? "", step: at.pathname.split("/").at(-1) ?? "" });
    response.end("ok");
  });
  const keys = ["key-of-alice", "key-of-bob"];
  const session = [{ ...group("readers", 1, steps(url, "ask", "again", "leave")), keys }];
  const { requests } = await run(url, 60, { session, stream: "whole" }, { spec: sessionsOf(60) });
  expect(JSON.stringify(requests)).not.toContain("key-of");
  const byWord = grouped(seen, ({ of }) => of);
  expect(byWord.size).toBeGreaterThan(10);
  for (const [word, all] of byWord) {
    expect(word).toMatch(/^[a-z0-9]{16}$/);
    expect(new Set(all.map(({ key }) => key)).size).toBe(1);
  }
  expect(new Set(seen.map(({ key }) => key))).toEqual(new Set(keys));
});

test("the same seed begins the same sessions, groups come by their shares, and `same` keeps the row", () => {
  const users: SessionUsers[] = [
    group("readers", 0.7, steps("http://x", "ask", "again")),
    {
      ...group("writers", 0.3, steps("http://x", "write")),
      keys: ["a", "b"],
      steps: [{ name: "write", think: { leastMs: 0, mostMs: 100 }, sameRow: false, request: request("http://x") }],
    },
  ];
  const begun = (seed: number) => {
    let row = 0;
    const begin = makeSessions({
      users,
      seed,
      stream: "visits",
      trial: "1",
      pickRow: () => ({ row: String((row += 1)) }),
    });
    return Array.from({ length: 2_000 }, () => begin());
  };
  expect(begun(1)).toEqual(begun(1));
  expect(begun(2)).not.toEqual(begun(1));
  const all = begun(1);
  // A share of 0.3 in 2,000 draws lies within 0.04 in all but one of 10,000 seeds.
  expect(all.filter((each) => each.users === "writers").length / all.length).toBeCloseTo(0.3, 1);
  expect(new Set(all.map(({ word }) => word)).size).toBe(all.length);
  for (const { users: who, steps: own } of all) if (who === "readers") expect(own[1]?.row).toBe(own[0]?.row);
  expect(Math.max(...all.flatMap(({ steps: own }) => own.map(({ thinkMs }) => thinkMs)))).toBeLessThanOrEqual(100);
});
