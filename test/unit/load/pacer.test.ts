import { setImmediate as turn } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { startPacer } from "../../../src/load/pacer.ts";

it("lets answers be read between what is overdue, however much that is, and skips nothing", async () => {
  const due = 1_000;
  let done = 0;
  const agenda = { peek: () => (done < due ? 0 : Infinity), peekAfter: () => Infinity, next: () => void (done += 1) };
  const pacer = startPacer(agenda, { now: () => performance.now() });
  onTestFinished(() => pacer.stop());
  const seen = [done];
  while (seen.at(-1) !== due) {
    await turn();
    seen.push(done);
  }
  const most = Math.max(...seen.map((count, index) => count - (seen[index - 1] ?? 0)));
  expect(most).toBeLessThan(due / 2);
  expect(done).toBe(due);
});
