import { expect, test } from "vitest";
import { networkMisroute } from "../../../src/faults/network/network-misroute.ts";
import { edgeSite, testFault } from "../../support/test-fault.ts";

testFault(networkMisroute, {
  site: edgeSite,
  params: { to: "stack" },
  more(stand) {
    test("chooses another service by itself, and says how it was known there", async () => {
      const here = stand.site();
      const params = networkMisroute.parse({ share: 0.5 });
      const undo = await networkMisroute.prepare(params, here);
      expect(undo).toMatchObject({ to: "stack" });
      const evidence = await networkMisroute.apply(params, undo, here, stand.signal);
      expect(evidence).toMatchObject({
        confirmed: true,
        expected: expect.stringContaining("answered as stack does (401"),
      });
      await networkMisroute.revert(undo, here, stand.signal);
    });

    test.each([
      ["nobody", /unknown replica "nobody", expected another replica than vec: stack/],
      ["vec", /to: vec, where the edge leads anyway, expected another replica/],
    ])("refuses %s before anything is touched", async (to, words) => {
      const here = stand.site();
      const calm = await stand.look();
      await expect(networkMisroute.prepare(networkMisroute.parse({ to }), here)).rejects.toThrow(words);
      expect(await here.controls.edge?.toxicNames()).toEqual([]);
      expect(await stand.look()).toEqual(calm);
    });
  },
});
