import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DeliveriesControl } from "../../../src/core/controls.ts";
import { ingestionStall } from "../../../src/faults/ingestion/ingestion-stall.ts";
import { replicaSite, testFault } from "../../support/test-fault.ts";

testFault(ingestionStall, {
  site: replicaSite,
  unseen: true,
  more: (stand) => {
    const { signal } = stand;
    const file = (): string => {
      const { spec } = stand.site().controls.deliveries as DeliveriesControl;
      return join(spec.folder, spec.hold ?? "");
    };

    test("a hold that somebody else has put down by then is refused, and is left by the way back", async () => {
      const params = ingestionStall.parse({});
      const undo = await ingestionStall.prepare(params, stand.site());
      await stand.site().controls.deliveries?.hold("a producer's");
      await expect(ingestionStall.harm(params, undo, stand.site(), signal)).rejects.toThrow(
        "somebody holds the source",
      );
      expect(await ingestionStall.revert(undo, stand.site(), signal)).toMatchObject({ confirmed: true });
      expect(await readFile(file(), "utf8")).toBe("a producer's");
    });

    test("a hold that is renewed keeps batches behind it, until another's takes its place, which is left", async () => {
      const params = ingestionStall.parse({ batches: 1, renewed: true });
      const undo = await ingestionStall.prepare(params, stand.site());
      expect(await ingestionStall.apply(params, undo, stand.site(), signal)).toMatchObject({ confirmed: true });
      const ours = await readFile(file(), "utf8");
      await writeFile(file(), "a producer's");
      const lost = await ingestionStall.hold?.(params, undo, stand.site(), signal);
      expect(lost).toBe("the hold was renewed 0 times, and then was ours no more");
      await writeFile(file(), ours);
      const until = new AbortController();
      const kept = ingestionStall.hold?.(params, undo, stand.site(), until.signal);
      until.abort();
      expect(await kept).toMatch(/^the hold was renewed [01] times$/);
      expect(await ingestionStall.revert(undo, stand.site(), signal)).toMatchObject({ confirmed: true });
      await expect(readFile(file())).rejects.toThrow("ENOENT");
    });
  },
});
