import { expect, test } from "vitest";
import { processKillAtWork } from "../../../src/faults/process/process-kill-at-work.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processKillAtWork, {
  site: replicaSite,
  staysObserved: true,
  more: (stand) => {
    test("work that is over before the process would be ended is said, and nothing is ended", async () => {
      const { signal } = new AbortController();
      const params = processKillAtWork.parse({ work: "nothing", after: "5s" });
      const undo = await processKillAtWork.prepare(params, stand.site());
      await expect(processKillAtWork.harm(params, undo, stand.site(), signal)).rejects.toThrow(
        /nothing of vec was over before we struck: the target answered 404/,
      );
      expect((await stand.look()).answers).toBe(true);
    });
  },
});
