import { expect, test } from "vitest";
import { allocatePorts, releasePorts } from "../../../src/platforms/starting/free-ports.ts";

test("stacks never get the same port, looking at the same time or one after the other, until it is given back", async () => {
  const together = await Promise.all(Array.from({ length: 20 }, () => allocatePorts(6, 7, "same")));
  const later = await allocatePorts(6, 7, "same");
  const all = [...together.flat(), ...later];
  releasePorts(all);
  expect(new Set(all).size).toBe(126);
  const again = await allocatePorts(6, 7, "same");
  releasePorts(again);
  expect(all).toEqual(expect.arrayContaining([...again]));
});
