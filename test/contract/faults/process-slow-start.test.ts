import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { processSlowStart } from "../../../src/faults/process/process-slow-start.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(processSlowStart, {
  site: replicaSite,
  staysObserved: true,
  more(stand) {
    const { signal } = stand;

    test("slows down what starts in its place, lets it run after that time, and says by how much", async () => {
      const site = stand.site();
      const { process, replica } = site.controls;
      const params = processSlowStart.parse({ share: 0.2, for: "2s" });
      const undo = await processSlowStart.prepare(params, site);
      expect(await processSlowStart.apply(params, undo, site, signal)).toMatchObject({ confirmed: true });
      const over = new AbortController();
      const held = processSlowStart.hold?.(params, undo, site, over.signal);
      const { instance } = (await replica?.ensureRunning(signal)) ?? { instance: "" };
      const stops: boolean[] = [];
      const until = performance.now() + 4_000;
      while (performance.now() < until) {
        stops.push((await process?.isStopped(instance)) ?? false);
        await delay(20);
      }
      over.abort();
      expect(await held).toMatch(/^slow starts: let run for (1[5-9]|2[0-5]) % of 2\.\d s, in which it used [\d.]+ s/);
      expect(stops).toContain(true);
      expect(stops.slice(-25)).not.toContain(true);
      expect(await process?.isAlive(instance)).toBe(true);
      expect(await processSlowStart.revert(undo, site, signal)).toMatchObject({ confirmed: true });
    });

    test("lets go on in a fresh process what stands still because we ended in a period", async () => {
      const site = stand.site();
      const { process, replica } = site.controls;
      const calm = await stand.look();
      const params = processSlowStart.parse(processSlowStart.example);
      const undo = await processSlowStart.prepare(params, site);
      await processSlowStart.apply(params, undo, site, signal);
      const { instance } = (await replica?.ensureRunning(signal)) ?? { instance: "" };
      await process?.signal(instance, "SIGSTOP");
      await expect.poll(() => process?.isStopped(instance)).toBe(true);
      expect(await stand.revertInFreshProcess(undo)).toMatchObject({ confirmed: true });
      expect(await process?.isStopped(instance)).toBe(false);
      expect(await stand.look()).toEqual(calm);
    });
  },
});
