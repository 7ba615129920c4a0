// A share of the time, kept on a real process that would use a whole processor, and counted by that process itself.

import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ShareReached } from "../../src/core/controls.ts";
import { instanceOf } from "../../src/platforms/processes/instance.ts";
import { markerVariable, startTimeOf } from "../../src/platforms/processes/process-table.ts";
import { shareControl } from "../../src/platforms/processes/share-control.ts";

/** Spins, and says on every line for how many ms it did so far: longer gaps than 2 ms are not its own. */
const spinner = `
  let [ran, last, next] = [0, performance.now(), 0];
  for (;;) {
    const now = performance.now();
    if (now - last < 2) ran += now - last;
    last = now;
    if (now > next) { require("fs").writeSync(1, ran.toFixed(1) + "\\n"); next = now + 5; }
  }`;
const marker = randomUUID();
let child: ChildProcess;
let instance: string;
let spun = 0;

beforeEach(async () => {
  spun = 0;
  const env = { ...process.env, [markerVariable]: marker };
  child = spawn(process.execPath, ["-e", spinner], { env, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  await new Promise((resolve) => lines.once("line", resolve));
  lines.on("line", (line) => (spun = Number(line)));
  const pid = child.pid ?? 0;
  instance = instanceOf({ pid, startTime: (await startTimeOf(pid)) ?? "" });
});

afterEach(endChild);

async function endChild(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

const never = new AbortController().signal;

const isNear = (share: number, { ranMs, wallMs }: ShareReached): boolean =>
  Math.abs(ranMs / wallMs - share) <= 0.1 * share;

test.each([
  [0.05, 200],
  [0.2, 200],
  [0.1, 900],
  [0.9, 200],
])(
  "a share of %s in periods of %s ms is reached, and is no less by the process's own count",
  async (share, periodMs) => {
    const before = spun;
    // Runs that came late are made up for: so long it goes on.
    const goesOn = (reached: ShareReached): boolean =>
      reached.wallMs < 1500 || (reached.wallMs < 30_000 && !isNear(share, reached));
    const reached = await shareControl({ marker }).keep(instance, { share, periodMs, goesOn }, never);
    expect(isNear(share, reached), JSON.stringify(reached)).toBe(true);
    // Both are the lower figures on a busy machine, where it also waits for a processor.
    expect(spun - before).toBeLessThanOrEqual(reached.ranMs + 15);
    expect(reached.usedMs).toBeLessThanOrEqual(reached.ranMs * reached.processors + 20);
  },
);

test("one that is not of the stack is refused, and one that is gone is left alone", async () => {
  const how = { share: 0.5, periodMs: 200, goesOn: () => true };
  await expect(shareControl({ marker: "another" }).keep(instance, how, never)).rejects.toThrow("not part of the stack");
  await endChild();
  expect(await shareControl({ marker }).keep(instance, how, never)).toMatchObject({ isGone: true, ranMs: 0 });
});
