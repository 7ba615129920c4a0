import { expect, test } from "vitest";
import { processKillMaker } from "../../../src/faults/process/process-kill-maker.ts";
import type { Site } from "../../../src/core/controls.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

// A bystander sees nothing of it: the replica goes on with what it has.
testFault(processKillMaker, {
  site: replicaSite,
  unseen: true,
  staysObserved: true,
  more: (stand) => {
    const strike = async (site: Site, input: object) => {
      const params = processKillMaker.parse(input);
      const undo = await processKillMaker.prepare(params, site);
      return processKillMaker.apply(params, undo, site, stand.signal);
    };

    test("work that somebody else has begun is struck, and the target then says that it is not done", async () => {
      const site = stand.site();
      const asked = site.controls.work?.begin("make", stand.signal);
      expect(await strike(site, {})).toMatchObject({ confirmed: true, seen: expect.stringMatching(/ is gone$/) });
      await expect.poll(() => asked?.outcome()).toMatchObject({ isDone: false });
      expect((await stand.look()).answers).toBe(true);
    });

    test("where it had the work begun, the evidence says what the target answered", async () => {
      const { seen } = await strike(stand.site(), { work: "make" });
      expect(seen).toMatch(/ is gone; of make the target answered 500/);
    });

    test.each([
      ["nobody makes anything", { within: "100ms" }, /within 100 ms nothing was made anew for it/],
      ["the work knows no maker", { work: "unknown" }, "no maker of vec was struck: the target answered 404"],
      ["target.yaml does not name the work", { work: "restart" }, "restart is none of control.works in target.yaml"],
    ])("where %s nothing is struck, and only what was seen is said", async (_, input, says) => {
      await expect(strike(stand.site(), input)).rejects.toThrow(says);
    });
  },
});
