// A stack that scales out by itself while a trial runs: the newcomer is seen, and nothing claims that it is proxied.

import { expect, test } from "vitest";
import { nothing } from "../../src/faults/control/nothing.ts";
import { measureTrial } from "../builders/measured.ts";
import { describeTouched } from "../../src/plan/describe-touched.ts";
import { allocatePorts, releasePorts } from "../../src/platforms/starting/free-ports.ts";
import { appearedRows } from "../../src/report/conduct-rows.ts";
import { runWholeTrial } from "../builders/whole-trial.ts";
import { fixtureTarget } from "../support/fixture-target.ts";

test("a replica that appears in the middle of a trial is named, and the page and the plan say that it is not proxied", async () => {
  const [port = 0] = await allocatePorts(1, 2, "a replica in the middle");
  const target = fixtureTarget({ FIXTURE_GROWS: String(port) });
  const { record, left } = await runWholeTrial({ target, fault: nothing, site: { service: "", replica: "" } });
  releasePorts([port]);
  const facts = measureTrial(record);
  expect(facts.appeared).toEqual(["vec-2"]);
  expect(appearedRows(facts, "trial").map(({ note }) => note)).toEqual([
    expect.stringMatching(/^vec-2: .*not proxied/),
  ]);
  expect(left).toMatch(/^nothing is left/);
  expect(describeTouched([], [])).toContain(
    "a replica that appears during a trial is seen and probed, and not proxied",
  );
});
