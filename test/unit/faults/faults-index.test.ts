import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { faultFiles, faultsIndexText } from "../../support/faults-index.ts";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../../src/faults");

// This file imports no fault, so that it can write the table anew when one was added or taken away.
test("the table of faults is what follows from the folders: npm run generate writes it", async () => {
  expect(faultFiles(folder).length).toBeGreaterThan(3);
  await expect(faultsIndexText(folder)).toMatchFileSnapshot("../../../src/faults/index.ts");
});
