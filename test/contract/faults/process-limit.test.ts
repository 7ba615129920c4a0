import { expect, test } from "vitest";
import type { Fault } from "../../../src/core/fault.ts";
import { processLimit } from "../../../src/faults/process/process-limit.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

const fault: Fault = processLimit;

// With the room of the example a bystander sees nothing of it.
testFault(fault, {
  site: replicaSite,
  unseen: true,
  more: (stand) => {
    test("limits the length of files to that of the longest one, and lifts that again", async () => {
      const { signal } = stand;
      const site = stand.site();
      const params = fault.parse({ limit: "file-size", room: 1024 });
      const undo = (await fault.prepare(params, site)) as { instance: string; lowered: string; before: string };
      expect(await fault.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await site.controls.limits?.soft(undo.instance, "file-size")).toBe(undo.lowered);
      expect(await fault.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await site.controls.limits?.soft(undo.instance, "file-size")).toBe(undo.before);
    });
  },
});
