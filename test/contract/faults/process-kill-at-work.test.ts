import { expect, test } from "vitest";
import { processKillAtWork } from "../../../src/faults/process/process-kill-at-work.ts";
import type { Site } from "../../../src/core/controls.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processKillAtWork, {
  site: replicaSite,
  staysObserved: true,
  more: (stand) => {
    const strike = async (site: Site, input: object) => {
      const params = processKillAtWork.parse(input);
      const undo = await processKillAtWork.prepare(params, site);
      return processKillAtWork.apply(params, undo, site, stand.signal);
    };

    test.each([
      ["was answered already", { work: "unknown", after: "5s" }, "not struck at unknown: the target answered 404"],
      [
        "is not listed as under way",
        { work: "unlisted", after: "50ms" },
        /50 ms after .* does not say that it is under way/,
      ],
      ["target.yaml does not name", { work: "restart" }, "restart is none of control.works in target.yaml: tidy"],
    ])("work that %s is not struck, and only what was seen is said", async (_, input, says) => {
      await expect(strike(stand.site(), input)).rejects.toThrow(says);
      expect((await stand.look()).answers).toBe(true);
    });

    test("the record says whether the target has said that the work was under way", async () => {
      const seen = (await strike(stand.site(), { work: "tidy", after: "50ms" })).seen;
      expect(seen).toMatch(/ is gone; of tidy the target said that it was under way just before$/);
    });
  },
});
