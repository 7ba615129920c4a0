// A few rounds of the kill test (`npm run test:kill`), so that every change meets it; the long one is run by hand.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../support/rebound-process.ts";

it("eight rounds of SIGKILL at seeded instants leave nothing", async () => {
  const child = spawn(
    process.execPath,
    [join(projectRoot, "test/programs/kill/main.js"), "--n", "8", "--seed", "20261124"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number | null];
  expect(code, text).toBe(0);
  expect(text).toMatch(/\d+ rounds \(\d+ struck, the others ended before\), 0 residues, seed 20261124/);
});
