import { expect, test } from "vitest";
import { ingestionFullFolder } from "../../../src/faults/ingestion/ingestion-full-folder.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionFullFolder, {
  site: replicaSite,
  unseen: true,
  more: (stand) => {
    test("a folder that has room for both is no proof, and both are called back", async () => {
      const params = ingestionFullFolder.parse({ kib: 4 });
      const undo = await ingestionFullFolder.prepare(params, stand.site());
      const evidence = await ingestionFullFolder.apply(params, undo, stand.site(), stand.signal);
      expect(evidence).toMatchObject({ confirmed: false });
      expect(await ingestionFullFolder.revert(undo, stand.site(), stand.signal)).toMatchObject({ confirmed: true });
    });
  },
});
