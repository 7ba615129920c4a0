import { expect, it } from "vitest";
import { tell } from "../../builders/simulated-trial.ts";
import { factsOf, whole } from "./mark-cases.ts";

it("t4 is nothing that a release of ours brought with it, although a healer speaks of its actions", () => {
  const t4With = (fault: string) =>
    factsOf({
      ...whole,
      plan: { disturbances: tell(whole).plan.disturbances.map((one) => ({ ...one, fault })) },
      changes: [
        [5200, { field: "instance", before: "pid 101", after: "pid 222" }],
        [8000, { field: "instance", before: "pid 222", after: "pid 333" }],
      ],
    }).marks.t4?.hi;
  expect(t4With("container.rollout")).toBe(8000);
  expect(t4With("container.kill")).toBe(5200);
});
