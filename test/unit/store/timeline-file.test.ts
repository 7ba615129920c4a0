// Timelines on disk: nothing lost, nothing invented, and a torn end forgiven.

import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { TimelineWriter } from "../../../src/store/timeline-file.ts";
import { readTimeline } from "../../builders/read-timeline.ts";
import { hostile } from "../../builders/sample-run.ts";
import { sampleTimeline } from "../../builders/sample-trial.ts";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebound-timeline-"));
  file = join(dir, "timeline.jsonl");
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const many: readonly TimelineEvent[] = Array.from({ length: 5000 }, (_, at) => ({
  kind: "trouble",
  at,
  where: `line\n${at}`,
  reason: hostile,
}));

describe("a timeline file", () => {
  test("gives back every event in the order of writing", async () => {
    const writer = await TimelineWriter.open(file);
    for (const event of many) writer.append(event);
    await writer.close();
    expect(await readTimeline(file)).toEqual(JSON.parse(JSON.stringify(many)));
  });

  test("holds every event appended so far once flush has resolved, while it stays open", async () => {
    await using writer = await TimelineWriter.open(file);
    const events = sampleTimeline({ replicaDown: [0, 3000] }, []);
    for (const event of events.slice(0, 10)) writer.append(event);
    await writer.flush();
    expect(await readTimeline(file)).toEqual(events.slice(0, 10));
    for (const event of events.slice(10)) writer.append(event);
    await writer.flush();
    expect(await readTimeline(file)).toEqual(events);
  });

  test("cut at any byte reads as the whole lines before the cut", async () => {
    const events = sampleTimeline({ replicaDown: [0, 3000] }, []).slice(0, 6);
    const writer = await TimelineWriter.open(file);
    for (const event of [...events, ...many.slice(0, 1)]) writer.append(event);
    await writer.close();
    const bytes = await readFile(file);
    const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    for (let cut = lastLine; cut < bytes.length; cut += 1) {
      await writeFile(file, bytes.subarray(0, cut));
      expect(await readTimeline(file)).toEqual(events);
    }
  });

  test("with a broken line in its middle is refused, and every broken line is named", async () => {
    await writeFile(file, '{"kind":"pace","at":1,"lagMs":0}\n{"kind":"pa\n{"kind":"pace","at":"soon","lagMs":0}\n');
    await appendFile(file, '{"kind":"pace","at":2,"lagMs":0}\n');
    const error = await readTimeline(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: "bad-input" });
    expect((error as HarnessError).problems.map((problem) => problem.place?.line)).toEqual([2, 3]);
  });

  test("is written once: a second writer is refused and the first one's lines stay", async () => {
    const writer = await TimelineWriter.open(file);
    writer.append({ kind: "pace", at: 1, lagMs: 0 });
    await writer.close();
    await expect(TimelineWriter.open(file)).rejects.toMatchObject({ code: "environment" });
    expect(await readTimeline(file)).toHaveLength(1);
  });

  test("reports an event that comes after the end instead of losing it in silence", async () => {
    const writer = await TimelineWriter.open(file);
    await writer.close();
    writer.append({ kind: "pace", at: 1, lagMs: 0 });
    await expect(writer.flush()).rejects.toMatchObject({ code: "bug" });
  });

  test("in a folder that is not there fails before a single event is taken", async () => {
    await expect(TimelineWriter.open(join(dir, "none", "timeline.jsonl"))).rejects.toMatchObject({
      code: "environment",
    });
  });

  test("that is not there is the user's mistake", async () => {
    await expect(readTimeline(join(dir, "none.jsonl"))).rejects.toMatchObject({ code: "bad-input" });
  });
});

describe("a timeline that can no longer be written", () => {
  test("is known as lost when its file was deleted, although every write to it succeeds", async () => {
    const writer = await TimelineWriter.open(file);
    const event: TimelineEvent = { kind: "phase", at: 1, phase: "boot" };
    writer.append(event);
    await writer.written();
    expect(writer.lost.aborted).toBe(false);
    await rm(file);
    await expect(writer.written()).rejects.toThrow(/^cannot write .*timeline\.jsonl: it was deleted$/);
    expect(writer.lost.aborted).toBe(true);
    await expect(writer.close()).rejects.toMatchObject({ code: "environment" });
  });

  test("tells so by itself, without being asked, as long as events come", async () => {
    const writer = await TimelineWriter.open(file);
    await rm(file);
    const lost = new Promise<void>((resolve) => writer.lost.addEventListener("abort", () => resolve(), { once: true }));
    writer.append({ kind: "phase", at: 1, phase: "boot" });
    await lost;
    expect(String(writer.lost.reason)).toContain("it was deleted");
    await writer.close().catch(() => undefined);
  });
});
