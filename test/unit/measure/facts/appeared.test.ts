import { expect, test } from "vitest";
import { measureTrial } from "../../../builders/measured.ts";
import { stories } from "../../../golden/stories.ts";
import { tell } from "../../../builders/simulated-trial.ts";

const record = tell(stories["clean heal"]);

test("replicas that the inventory always had have not appeared, nor has a site that was down at first", () => {
  expect(measureTrial(record).appeared).toBeUndefined();
});

test("a replica that a later inventory has and the first had not is named once", () => {
  let looks = 0;
  const timeline = record.timeline.flatMap((event) => {
    if (event.kind !== "inventory" || ++looks === 1) return [event];
    const [one] = event.inventory.replicas;
    if (one === undefined) throw new Error("an inventory without replicas");
    const replicas = [...event.inventory.replicas, { ...one, replica: "late-1" }];
    const later = { ...event, inventory: { ...event.inventory, replicas } };
    return [later, later];
  });
  expect(looks).toBeGreaterThan(1);
  expect(measureTrial({ ...record, timeline }).appeared).toEqual(["late-1"]);
});
