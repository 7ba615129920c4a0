import { expect, test } from "vitest";
import { processCrashLoop } from "../../../src/faults/process/process-crash-loop.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processCrashLoop, {
  site: replicaSite,
  staysObserved: true,
  more(stand) {
    const { signal } = stand;

    test("ends what comes up in its place as often as was asked for, and then no more", async () => {
      const site = stand.site();
      const { process, replica } = site.controls;
      const calm = await stand.look();
      const params = processCrashLoop.parse({ times: 2, after: "300ms" });
      const undo = await processCrashLoop.prepare(params, site);
      expect(await processCrashLoop.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
      const over = new AbortController();
      const seen = new Set<string>();
      const comesUp = async (): Promise<string> => {
        let now: string | undefined;
        await expect
          .poll(
            async () => {
              // Answered once it is well, which it may never be.
              void replica?.ensureRunning(over.signal).catch(() => undefined);
              now = await process?.find();
              return now !== undefined && !seen.has(now);
            },
            { timeout: 10_000 },
          )
          .toBe(true);
        seen.add(now ?? "");
        return now ?? "";
      };
      const held = processCrashLoop.hold?.(params, undo, site, over.signal);
      for (const _ of ["once", "twice"]) {
        const instance = await comesUp();
        await expect.poll(() => process?.isAlive(instance), { timeout: 10_000 }).toBe(false);
      }
      expect(await held).toBe("it was ended 2 more times of 2");
      const survivor = await comesUp();
      await expect.poll(() => stand.look(), { timeout: 10_000 }).toEqual(calm);
      over.abort();
      expect(await processCrashLoop.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await process?.find()).toBe(survivor);
    });
  },
});
