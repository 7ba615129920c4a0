// A few planted defects that must be caught, so that every change meets them. All of them: `npm run test:sabotage`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../support/rebound-process.ts";

describe("the test of the harness by planted defects", () => {
  it("catches three of them by the right finding", async () => {
    const names = "remedy-claims-does-nothing,shed-all-traffic,acts-on-placebo";
    const args = [join(projectRoot, "dist/test/programs/sabotage/main.js"), "--only", names, "--clean", "0"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    const [code] = (await once(child, "close")) as [number | null];
    expect(text).toContain("3 of 3 defects caught by the right finding");
    expect(code, text).toBe(0);
  });

  it("refuses a defect that is not there", async () => {
    const args = [join(projectRoot, "dist/test/programs/sabotage/main.js"), "--only", "no-such-defect"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    const [code] = (await once(child, "close")) as [number | null];
    expect(text).toMatch(/no-such-defect; expected some of .*detection-never/);
    expect(code).toBe(3);
  });
});
