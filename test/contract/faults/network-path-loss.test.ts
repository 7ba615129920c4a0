import { expect, test } from "vitest";
import { networkPathLoss } from "../../../src/faults/network/network-path-loss.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(networkPathLoss, {
  site: edgeSite,
  params: { how: "silence" },
  more(stand) {
    test.each([{ how: "reset" }, { lost: "answers" }])("takes the edge down by %o, and up again", async (given) => {
      const here = stand.site();
      const undo = await networkPathLoss.prepare(networkPathLoss.parse(given), here);
      const evidence = await networkPathLoss.apply(networkPathLoss.parse(given), undo, here, stand.signal);
      expect(evidence).toMatchObject({ confirmed: true });
      await networkPathLoss.revert(undo, here, stand.signal);
      expect(await here.controls.edge?.roundTripMs(stand.signal)).toBeLessThan(500);
    });

    test("refuses a reset of answers alone", () => {
      expect(() => networkPathLoss.parse({ how: "reset", lost: "answers" })).toThrow(/only with silence/);
    });
  },
});
