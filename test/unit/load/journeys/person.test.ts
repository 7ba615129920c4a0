import { expect, onTestFinished, test, vi } from "vitest";
import type { LoadEvent } from "../../../../src/core/load-source.ts";
import { Person } from "../../../../src/load/journeys/person.ts";

const of = {
  stream: "look",
  name: "look",
  file: "/x/look.journey.ts",
  origins: ["http://127.0.0.1:1"] as [string],
  sees: { words: "words shown", gone: "never begun" },
  env: { TOKEN: "a-token-of-the-journey" },
  spec: { arrival: "constant", ratePerSecond: 200, slowOverMs: 30_000, timeoutMs: 40_000 } as const,
};

function stand() {
  const events: LoadEvent[] = [];
  const failures: string[] = [];
  const person = new Person({
    of,
    clock: { now: () => performance.now() },
    seed: 1,
    emit: (event) => events.push(event),
    fail: (reason) => failures.push(reason),
    pathsFor: (as) => ({ trace: `${as}.zip`, picture: `${as}.png` }),
    keep: async (as) => [`journeys/look/${as}.zip`],
  });
  /** One journey from its turn to the runner's word; gives what was to be kept. */
  async function journey(id: number, good: boolean, measured: Readonly<Record<string, number>> = {}) {
    expect(await person.turn(id)).toEqual({ go: true, timeoutMs: 40_000 });
    const keep = person.over({ id, good, foreign: [], secrets: [] }, performance.now());
    await person.kept(id);
    const steps = [{ title: "words shown", endedAt: Date.now(), ok: good }];
    person.told({
      type: "over",
      id,
      status: good ? "passed" : "failed",
      steps,
      measured,
      reason: "saw a-token-of-the-journey",
    });
    return keep;
  }
  return { person, events, failures, journey };
}

test("nobody begins before the load does, and nobody after it has stopped", async () => {
  const { person, journey, events } = stand();
  const first = person.turn(0);
  person.begin(performance.now());
  expect(await first).toMatchObject({ go: true });
  person.over({ id: 0, good: true, foreign: [], secrets: [] }, performance.now());
  person.told({ type: "over", id: 0, status: "passed", steps: [], measured: {} });
  await journey(1, true);
  await person.stop();
  expect(await person.turn(2)).toMatchObject({ go: false });
  expect(events.filter(({ kind }) => kind === "journey")).toHaveLength(2);
});

test("the first bad and the first good after it are kept, and no other", async () => {
  const { person, journey, events } = stand();
  person.begin(performance.now());
  const kept: unknown[] = [];
  for (const [id, good] of [true, false, false, true, true, false].entries()) kept.push(await journey(id, good));
  const nothing = {};
  const first = { trace: "first-bad.zip", picture: "first-bad.png" };
  const again = { trace: "first-good-again.zip", picture: "first-good-again.png" };
  expect(kept).toEqual([nothing, first, nothing, again, nothing, nothing]);
  const all = events.flatMap((event) => (event.kind === "journey" && event.kept ? [[event.id, event.kept.as]] : []));
  expect(all).toEqual([
    [1, "first-bad"],
    [3, "first-good-again"],
  ]);
});

test("a bad journey is an error of its stream, and a time that was not reached is as long as a journey may take", async () => {
  const { person, journey, events } = stand();
  person.begin(performance.now());
  await journey(0, false);
  await journey(1, true, { "words shown": 12.34 });
  const of0 = events.filter((event) => "id" in event && event.id === 0);
  expect(of0).toMatchObject([
    { kind: "request", outcome: "error", error: "not seen: words shown", done: null },
    { kind: "journey", good: false, missed: "words shown", reason: "saw [secret]" },
  ]);
  const readings = events.flatMap((event) =>
    event.kind === "reading" && event.reading.ok ? [[event.probe, event.reading.value]] : [],
  );
  expect(readings).toEqual([
    ["journey.look.whole", 0],
    ["journey.look.words", 40_000],
    ["journey.look.gone", 40_000],
    ["journey.look.whole", 1],
    ["journey.look.words", 12.3],
    ["journey.look.gone", 40_000],
  ]);
});

test("what fails before a turn was taken, and who was asked that is none of ours, ends the trial in words", async () => {
  const { person, failures } = stand();
  person.begin(performance.now());
  person.told({ type: "over", id: 0, status: "failed", steps: [], measured: {}, reason: "no ground" });
  expect(failures).toEqual(["look: the journey cannot begin: no ground"]);
  await person.turn(1);
  person.over({ id: 1, good: true, foreign: ["http://elsewhere"], secrets: [] }, performance.now());
  person.told({ type: "over", id: 1, status: "passed", steps: [], measured: {} });
  expect(failures[1]).toBe(
    "a journey of look asked http://elsewhere, which is none of its origins (http://127.0.0.1:1)",
  );
});

test("a worker that asks for its next turn before the runner has told of the last one waits, and each outcome is its own", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { person, events, failures } = stand();
  person.begin(performance.now());
  const first = person.turn(0);
  await vi.advanceTimersByTimeAsync(10);
  await first;
  person.over({ id: 0, good: false, foreign: [], secrets: [] }, performance.now());
  await person.kept(0);
  let asksAgain = true;
  const next = person.turn(1).finally(() => (asksAgain = false));
  // More beats than one pass, of 5 ms each.
  await vi.advanceTimersByTimeAsync(40);
  expect(asksAgain).toBe(true);
  // What another journey says meanwhile is not this one's.
  expect(person.over({ id: 1, good: true, foreign: [], secrets: ["x"] }, performance.now())).toEqual({});
  person.told({ type: "over", id: 0, status: "failed", steps: [], measured: {} });
  await vi.advanceTimersByTimeAsync(10);
  expect(await next).toMatchObject({ go: true });
  person.told({ type: "over", id: 1, status: "passed", steps: [], measured: {} });
  expect(failures).toEqual([]);
  const all = events.flatMap((event) => (event.kind === "journey" ? [[event.id, event.good, event.kept?.as]] : []));
  expect(all).toEqual([
    [0, false, "first-bad"],
    [1, true, undefined],
  ]);
});

test("a journey that skips itself shows nothing, and ends the trial in words; one that had no turn does not", async () => {
  const { person, failures } = stand();
  person.begin(performance.now());
  person.told({ type: "over", id: 7, status: "skipped", steps: [], measured: {} });
  await person.turn(0);
  person.told({ type: "over", id: 0, status: "skipped", steps: [], measured: {} });
  expect(failures).toEqual(["look: the journey skips itself, so nothing is seen"]);
  await person.stop();
});

test("a journey ends with its own body: what is taken down and kept after it makes nobody wait", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { person, events } = stand();
  person.begin(performance.now());
  for (const [id, good] of [true, false].entries()) {
    const turn = person.turn(id);
    await vi.advanceTimersByTimeAsync(10);
    await turn;
    const ended = performance.now();
    person.over({ id, good, foreign: [], secrets: [] }, ended);
    // A picture, a trace, the end of the page.
    await vi.advanceTimersByTimeAsync(3_000);
    person.told({ type: "over", id, status: good ? "passed" : "failed", steps: [], measured: {} });
    const of = events.filter((event) => "id" in event && event.id === id);
    expect(of).toMatchObject([
      { kind: "request", at: ended, done: good ? ended : null },
      { kind: "journey", at: ended + 3_000 },
    ]);
    const readings = events.filter((event) => event.kind === "reading").slice(-3);
    expect(readings.map(({ at }) => at)).toEqual([ended, ended, ended]);
  }
});

test("titles of steps and reasons lose secrets before they are cut, cookies of the journey as well", async () => {
  const { person, events, failures } = stand();
  person.begin(performance.now());
  await person.turn(0);
  person.over({ id: 0, good: false, foreign: [], secrets: ["cookie-of-it"] }, performance.now());
  const steps = [
    { title: "said a-token-of-the-journey", endedAt: Date.now(), ok: true },
    { title: "saw cookie-of-it", endedAt: Date.now(), ok: false },
  ];
  // A cut at five hundred characters would leave the half of it.
  const reason = `${"x".repeat(490)} a-token-of-the-journey`;
  person.told({ type: "over", id: 0, status: "failed", steps, measured: {}, reason });
  expect(events.filter(({ kind }) => kind !== "reading")).toMatchObject([
    { error: "not seen: saw [secret]" },
    { seen: [{ step: "said [secret]" }], missed: "saw [secret]", reason: `${"x".repeat(490)} [secret]` },
  ]);
  expect(JSON.stringify(events)).not.toMatch(/a-token|cookie-of/);
  person.told({ type: "over", id: 1, status: "failed", steps: [], measured: {}, reason });
  expect(failures).toEqual([`look: the journey cannot begin: ${"x".repeat(490)} [secret]`]);
});

test("a word of the runner that cannot be told ends the trial and not the process, and the journey is over", async () => {
  const { person, failures, events } = stand();
  person.begin(performance.now());
  await person.turn(0);
  const steps = null as unknown as readonly never[];
  person.told({ type: "over", id: 0, status: "failed", steps, measured: {}, reason: "saw a-token-of-the-journey" });
  expect(failures).toEqual(["what the runner said of a journey of look cannot be told"]);
  expect(events).toEqual([]);
  await person.stop();
});
