import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { cacheOppositeAnswer as fault } from "../../../src/faults/cache/cache-opposite-answer.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(fault, {
  site: replicaSite,
  more(stand) {
    test("has each of a pair answered as the other one is, leaves all else alone, and puts back every byte", async () => {
      const site = stand.site();
      const { answers } = site.controls;
      const file = `${stand.path()}.answers`;
      const before = await readFile(file);
      const undo = await fault.prepare(fault.parse({ pairs: 1 }), site);
      expect(await fault.apply(fault.parse({ pairs: 1 }), undo, site, stand.signal)).toMatchObject({
        confirmed: true,
        seen: "2 entries as we left them; 2 of 2 questions answered as their opposite",
      });
      const kept = async (word: string) => (await answers?.about(word, stand.signal))?.kept;
      expect([await kept("1"), await kept("2"), await kept("13")]).toEqual([
        { says: "The answer to number 2." },
        { says: "The answer to number 1." },
        { says: "The answer to number 13." },
      ]);
      // Prompts that nobody chose: only those two differ.
      expect(await answers?.sameTwice(20, stand.signal)).toBe(0.9);
      expect(await fault.revert(undo, site, stand.signal)).toMatchObject({ confirmed: true });
      expect((await readFile(file)).equals(before)).toBe(true);
    });
  },
});
