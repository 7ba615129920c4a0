import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { earlyEnd, openStopping } from "../../../../src/run/stopping/stopping.ts";

test("nothing stops a run as long as nobody asks and nothing fails", () => {
  using stopping = openStopping();
  expect([stopping.signal.aborted, stopping.reason, stopping.failure]).toEqual([false, undefined, undefined]);
  expect(earlyEnd(stopping.reason, stopping.failure)).toEqual({ interrupted: false });
});

test("the first who asks gives the reason, and a second one learns that it is ending already", () => {
  using stopping = openStopping();
  expect([stopping.ask("stopped"), stopping.ask("interrupted")]).toEqual([true, false]);
  expect([stopping.signal.aborted, stopping.reason]).toEqual([true, "stopped"]);
});

test("the first failure is the one that is kept, and what somebody asked for is the reason all the same", () => {
  using stopping = openStopping();
  stopping.fail(new Error("the disk is full"));
  stopping.fail(new Error("because of that"));
  expect([stopping.signal.aborted, stopping.reason]).toEqual([true, "failed"]);
  expect(stopping.ask("interrupted")).toBe(true);
  expect(earlyEnd(stopping.reason, stopping.failure)).toEqual({
    interrupted: true,
    reason: "interrupted",
    failure: "the disk is full",
  });
});

test("what is lost on the way stops it, also when it was lost before anybody looked", () => {
  const lost = new AbortController();
  using before = openStopping();
  before.failWith(lost.signal);
  expect(before.reason).toBeUndefined();
  lost.abort(new Error("the watchdog is gone"));
  using after = openStopping();
  after.failWith(lost.signal);
  for (const { reason, failure } of [before, after]) {
    expect([reason, failure]).toEqual(["failed", new Error("the watchdog is gone")]);
  }
});

test("a stop file stops it and is named, until it is disposed", async () => {
  const dir = await mkdtemp(join(tmpdir(), "stopping-"));
  try {
    const named: string[] = [];
    const stopping = openStopping((file) => named.push(file));
    stopping.heed([join(dir, "stop")]);
    const stopped = new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
    await writeFile(join(dir, "stop"), "");
    await stopped;
    expect([stopping.reason, named]).toEqual(["stopped", [join(dir, "stop")]]);
    stopping[Symbol.dispose]();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
