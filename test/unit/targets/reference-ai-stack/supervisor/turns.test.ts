import { expect, test } from "vitest";
import { Busy, createTurns } from "../../../../../targets/reference-ai-stack/supervisor/turns.ts";

/** Work that goes on until it is let go, and notes that it was begun. */
function heldWork(name: string, begun: string[]) {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const work = async (): Promise<string> => {
    begun.push(name);
    await held;
    return name;
  };
  return { work, letGo: () => letGo() };
}

test("work on one thing waits for the work before it, however that ended, and work on others does not", async () => {
  const turns = createTurns();
  const begun: string[] = [];
  const [one, two, other] = ["one", "two", "other"].map((name) => heldWork(name, begun));
  if (one === undefined || two === undefined || other === undefined) throw new Error("nothing to do");
  const first = turns.inTurn("a", () => one.work().then(() => Promise.reject(new Error("broken"))));
  const second = turns.inTurn("a", two.work);
  const elsewhere = turns.inTurn("b", other.work);
  other.letGo();
  expect(await elsewhere).toBe("other");
  expect(begun).toEqual(["one", "other"]);
  one.letGo();
  await expect(first).rejects.toThrow("broken");
  two.letGo();
  expect(await second).toBe("two");
});

test("work that has waited too long is not begun, then or later, and holds up nobody after it", async () => {
  const turns = createTurns();
  const begun: string[] = [];
  const [long, late] = [heldWork("long", begun), heldWork("late", begun)];
  const first = turns.inTurn("a", long.work);
  await expect(turns.within(20, "a", late.work)).rejects.toThrow(Busy);
  long.letGo();
  expect(await first).toBe("long");
  expect(await turns.within(60_000, "a", async () => "next")).toBe("next");
  expect(begun).toEqual(["long"]);
});
