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
      const isUp = async (): Promise<string | undefined> => {
        // Answered once it is well, which it may never be.
        void replica?.ensureRunning(over.signal).catch(() => undefined);
        const now = await process?.find();
        if (now !== undefined) seen.add(now);
        return now;
      };
      let said: string | undefined;
      const held = processCrashLoop.hold?.(params, undo, site, over.signal).then((says) => (said = says));
      // One may come up and be gone between two looks.
      await expect.poll(async () => (await isUp(), said), { timeout: 60_000 }).toBe("it was ended 2 more times of 2");
      await held;
      await expect.poll(isUp, { timeout: 30_000 }).toBeDefined();
      const survivor = await process?.find();
      for (const one of seen) expect(await process?.isAlive(one)).toBe(one === survivor);
      await expect.poll(() => stand.look(), { timeout: 10_000 }).toEqual(calm);
      over.abort();
      expect(await processCrashLoop.revert(undo, site, signal)).toMatchObject({ confirmed: true });
      expect(await process?.find()).toBe(survivor);
    });
  },
});
