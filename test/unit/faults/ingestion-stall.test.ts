// What a stall needs of target.yaml is known before anything is touched.
import { expect, test } from "vitest";
import { ingestionStall } from "../../../src/faults/ingestion/ingestion-stall.ts";
import { fixtureTarget } from "../../support/fixture-target.ts";

const { name, deliveries } = fixtureTarget();

test("a target that knows no hold, or promises nothing of what arrives, is refused by name of what it lacks", () => {
  if (deliveries === undefined) throw new Error("the fixture takes batches");
  const { hold, fresh, ...bare } = deliveries;
  expect(ingestionStall.lacks?.({}, { name, deliveries })).toBeUndefined();
  const lacks = (rest: object) => ingestionStall.lacks?.({}, { name, deliveries: { ...bare, ...rest } })?.found;
  expect(lacks({ hold })).toBe("ingestion.stall where fixture has no deliveries.fresh");
  expect(lacks({ fresh })).toBe("ingestion.stall where fixture has no deliveries.hold");
  expect(lacks({})).toBe("ingestion.stall where fixture has no deliveries.hold and deliveries.fresh");
});
