import { expect, test } from "vitest";
import { makeAlarm } from "../../../src/load/alarm.ts";

test("alarms ring once each, never before their instant, the earliest first", async () => {
  const rung: { readonly name: string; readonly early: number }[] = [];
  await new Promise<void>((resolve) => {
    const wish = (name: string, left: number): void => {
      const due = performance.now() + left;
      const alarm = makeAlarm(performance, () => {
        rung.push({ name, early: due - performance.now() });
        if (rung.length === 3) resolve();
      });
      alarm.set(due);
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
  const begin = performance.now();
  const gone = makeAlarm(performance, () => (cleared += 1));
  gone.set(begin + 5);
  gone.clear();
  await new Promise<void>((resolve) => {
    const alarm = makeAlarm(performance, () => (rings += 1));
    alarm.set(begin + 60_000);
    alarm.set(begin + 10);
    makeAlarm(performance, resolve).set(begin + 80);
  });
  expect([rings, cleared]).toEqual([1, 0]);
});

test("an alarm rings neither twice nor not at all, whether what was said to follow comes or not", async () => {
  const begin = performance.now();
  const early: number[] = [];
  let due = begin + 5;
  await new Promise<void>((resolve) => {
    const alarm = makeAlarm(performance, () => {
      early.push(due - performance.now());
      if (early.length === 40) return resolve();
      // What was said to follow is kept, comes sooner, and comes later, in turn.
      const [follows, then] = [due + 2, due + [2, 3, 1, Infinity][early.length % 4]!];
      due = follows;
      return alarm.set(due, due + (then - follows) + 2);
    });
    alarm.set(due, due + 2);
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(early).toHaveLength(40);
  for (const each of early) expect(each).toBeLessThan(0.05);
});
