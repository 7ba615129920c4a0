// What is being done to the stack is told while it is done, and no longer.
import { expect, it } from "vitest";
import { createUnderWay } from "../../../../../targets/reference-ai-stack/supervisor/under-way.ts";

it("lists what is under way until it is over, also when it fails", async () => {
  const underWay = createUnderWay();
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const since = "2026-11-29T12:00:00.000Z";
  const one = { operation: "compact-index", replica: "vector-1", since };
  const done = underWay.during(one, async () => gate);
  const failed = underWay.during({ operation: "set-weights", since }, async () => {
    throw new Error("no");
  });
  expect(underWay.list()).toEqual([one, { operation: "set-weights", since }]);
  await expect(failed).rejects.toThrow("no");
  expect(underWay.list()).toEqual([one]);
  open();
  await done;
  expect(underWay.list()).toEqual([]);
});
