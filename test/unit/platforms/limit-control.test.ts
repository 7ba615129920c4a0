import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { instanceOf } from "../../../src/platforms/processes/instance.ts";
import { markerVariable, startTimeOf } from "../../../src/platforms/processes/process-table.ts";
import { boundOfHandles, limitControl } from "../../../src/platforms/processes/limit-control.ts";

/** How many a process with these handles can open below the bound: the system hands out the lowest free number. */
function opened(open: readonly number[], bound: number): number {
  const taken = new Set(open);
  return Array.from({ length: bound }, (_, number) => number).filter((number) => !taken.has(number)).length;
}

test.each([
  ["no gap", [0, 1, 2, 3, 4]],
  ["gaps", [0, 1, 2, 7, 8, 30]],
  ["its highest far above", [0, 1, 2, 900]],
  ["a gap at the beginning", [1, 2]],
])("a process with %s may open exactly as many handles as there is room for", (_, open) => {
  for (const room of [0, 1, 4, 5, 64]) expect(opened(open, boundOfHandles(open, room))).toBe(room);
  for (const room of [-1, -5, -1024]) {
    expect(opened(open, boundOfHandles(open, room))).toBe(0);
  }
});

test("a process whose files may grow no more is refused what does not fit, and has its room back after it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "limit-control-"));
  const file = join(dir, "written");
  // Appends so many bytes as each line says, and answers how it went.
  const script = `
    const { openSync, writeSync } = require("node:fs");
    const fd = openSync(${JSON.stringify(file)}, "a");
    writeSync(fd, "x".repeat(5000));
    require("node:readline").createInterface({ input: process.stdin }).on("line", (bytes) => {
      try { console.log(writeSync(fd, "x".repeat(Number(bytes)))); } catch (error) { console.log(error.code); }
    });
    console.log("ready");`;
  const marker = `test-limit-${process.pid}`;
  const child = spawn(process.execPath, ["-e", script], { env: { ...process.env, [markerVariable]: marker } });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(dir, { recursive: true });
  });
  const says = async (bytes?: number): Promise<string> => {
    const answer = once(child.stdout, "data");
    if (bytes !== undefined) child.stdin.write(`${bytes}\n`);
    return String((await answer)[0]).trim();
  };
  expect(await says()).toBe("ready");
  const pid = child.pid ?? 0;
  const instance = instanceOf({ pid, startTime: (await startTimeOf(pid)) ?? "" });
  const limits = limitControl({ marker });
  const before = await limits.soft(instance, "file-size");
  expect(await limits.under(instance, "file-size", 1000)).toBe(6000);
  // A limit is never below none.
  expect(await limits.under(instance, "file-size", -1_000_000)).toBe(0);
  await limits.setSoft(instance, "file-size", "6000");
  expect([await says(900), await says(200), await says(1)]).toEqual(["900", "100", "EFBIG"]);
  expect((await stat(file)).size).toBe(6000);
  await limits.setSoft(instance, "file-size", before ?? "");
  expect(await says(1)).toBe("1");
});
