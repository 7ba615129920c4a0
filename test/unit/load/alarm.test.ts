import { expect, test } from "vitest";
import { makeAlarm } from "../../../src/load/alarm.ts";

test("alarms ring once each, never before their instant, the earliest first", async () => {
  const rung: { readonly name: string; readonly early: number }[] = [];
  await new Promise<void>((resolve) => {
    const wish = (name: string, left: number): void => {
      const due = performance.now() + left;
      const alarm = makeAlarm(() => {
        rung.push({ name, early: due - performance.now() });
        if (rung.length === 3) resolve();
      });
      alarm.set(left);
    };
    wish("last", 120);
    wish("first", 0.4);
    wish("second", 60.25);
  });
  expect(rung.map(({ name }) => name)).toEqual(["first", "second", "last"]);
  // Both clocks are the same one, read a moment apart.
  for (const { early } of rung) expect(early).toBeLessThan(0.05);
});

test("an alarm that was set anew rings at the new instant alone, and one that was cleared rings no more", async () => {
  let [rings, cleared] = [0, 0];
  const gone = makeAlarm(() => (cleared += 1));
  gone.set(5);
  gone.clear();
  await new Promise<void>((resolve) => {
    const alarm = makeAlarm(() => (rings += 1));
    alarm.set(60_000);
    alarm.set(10);
    makeAlarm(resolve).set(80);
  });
  expect([rings, cleared]).toEqual([1, 0]);
});
