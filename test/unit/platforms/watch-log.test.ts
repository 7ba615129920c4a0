// What a stack writes, look by look: between which instants, within bounds, without secrets.

import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { watchLog } from "../../../src/platforms/processes/watch-log.ts";
import type { LogEvent } from "../../../src/records/timeline/log.ts";

async function watched(secrets: readonly string[] = []) {
  const dir = await mkdtemp(join(tmpdir(), "rebound-log-"));
  const file = join(dir, "stack.log");
  const events: LogEvent[] = [];
  const ending = new AbortController();
  let told = (): void => undefined;
  let asked = (): void => undefined;
  let looks = 0;
  // Each look asks the time before and after: instants are looks, and say which came first.
  const now = (): number => {
    asked();
    return (looks += 1);
  };
  const record = (event: LogEvent): void => {
    events.push(event);
    told();
  };
  const done = watchLog(file, secrets, { now, record, signal: ending.signal });
  return {
    file,
    events,
    next: () => new Promise<void>((resolve) => (told = resolve)),
    /** Once a whole look has begun and ended. */
    async looked() {
      for (let n = 0; n < 2; n += 1) await new Promise<void>((resolve) => (asked = resolve));
    },
    async end() {
      ending.abort();
      await done;
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await done;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

test("each line lies between the look before and the one that found it; half a line waits for its end", async () => {
  await using log = await watched();
  let next = log.next();
  await writeFile(log.file, "first\nsec");
  await next;
  next = log.next();
  await appendFile(log.file, "ond\n\n");
  await next;
  await appendFile(log.file, "never ended");
  await log.end();
  expect(log.events.flatMap(({ lines }) => lines)).toEqual(["first", "second", "never ended"]);
  for (const { from, at } of log.events) expect(from).toBeLessThan(at);
  const [one, two] = log.events;
  expect(two?.from).toBeGreaterThan(one?.from ?? Infinity);
});

test("a secret is blacked out", async () => {
  await using log = await watched(["s3cret"]);
  await writeFile(log.file, "token s3cret of ours\n");
  await log.end();
  expect(log.events.flatMap(({ lines }) => lines)).toEqual(["token [secret] of ours"]);
});

test("of a stack that writes without end so many lines are kept a look, and the others counted", async () => {
  await using log = await watched();
  const next = log.next();
  await writeFile(log.file, Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join(""));
  await next;
  await log.end();
  expect(log.events[0]?.lines).toHaveLength(40);
  const all = log.events.reduce((sum, { lines, more = 0 }) => sum + lines.length + more, 0);
  expect(all).toBe(1000);
});

test("of more bytes than a look takes the newest are read, and no torn line is told", async () => {
  await using log = await watched();
  const line = `${"x".repeat(9_999)}\n`;
  await writeFile(log.file, line.repeat(100) + "the last\n");
  await log.end();
  const lines = log.events.flatMap((event) => event.lines);
  expect(lines.at(-1)).toBe("the last");
  expect(new Set(lines.slice(0, -1).map(({ length }) => length))).toEqual(new Set([9_999]));
});

test("a character that is written in two parts is one", async () => {
  await using log = await watched();
  const bytes = Buffer.from("begun\nzu groß\n");
  const next = log.next();
  await writeFile(log.file, bytes.subarray(0, -2));
  await next;
  await appendFile(log.file, bytes.subarray(-2));
  await log.end();
  expect(log.events.flatMap(({ lines }) => lines)).toEqual(["begun", "zu groß"]);
});

test("lines of bytes that were not read are counted", async () => {
  await using log = await watched();
  await writeFile(log.file, "l\n".repeat(500_000));
  await log.end();
  expect(log.events.reduce((sum, { lines, more = 0 }) => sum + lines.length + more, 0)).toBe(500_000);
});

test("of a line whose beginning was not read nothing is told, also when its end comes later", async () => {
  await using log = await watched(["TOPSECRETTOKEN"]);
  const begun = "SECRETTOKEN";
  await writeFile(log.file, `first\nTOP${begun}${"x".repeat(262_144 - begun.length)}`);
  await log.looked();
  const next = log.next();
  await appendFile(log.file, " its end\nwhole\n");
  await next;
  await log.end();
  expect(log.events.flatMap(({ lines }) => lines)).toEqual(["whole"]);
  expect(log.events.reduce((sum, { more = 0 }) => sum + more, 0)).toBe(2);
});

test("of a stack that writes much for long some lines are kept to the end, and what speaks of trouble first", async () => {
  await using log = await watched();
  const some = Array.from({ length: 100 }, (_, n) => `request ${n} answered\n`).join("");
  const looks = 25;
  for (let n = 0; n < looks; n += 1) {
    const next = log.next();
    await appendFile(log.file, n === looks - 1 ? `FATAL index corrupt\n${some}` : some);
    await next;
  }
  await log.end();
  const counts = log.events.map(({ lines }) => lines.length);
  expect(Math.min(...counts)).toBeGreaterThan(0);
  expect(counts.at(-1)).toBeLessThan(40);
  expect(log.events.at(-1)?.lines).toContain("FATAL index corrupt");
  const all = log.events.reduce((sum, { lines, more = 0 }) => sum + lines.length + more, 0);
  expect(all).toBe(looks * 100 + 1);
});

test("a log that is not there says nothing", async () => {
  await using log = await watched();
  await log.end();
  expect(log.events).toEqual([]);
});
