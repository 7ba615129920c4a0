// A small size of `npm run test:starved`, so that every change meets it: the stack that heals well, beside ten busy
// processes, never fails.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../support/rebound-process.ts";

async function starved(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const entry = join(projectRoot, "dist/test/programs/starved/main.js");
  const child = spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

describe("the stack that heals well, beside ten busy processes", () => {
  it("never fails and leaves nothing, whatever could be judged", { timeout: 400_000 }, async () => {
    const intents = "network/inference-latency,control/placebo";
    const { code, text } = await starved(["--busy", "10", "--seeds", "1", "--intents", intents]);
    expect(text).toMatch(/in 1 runs beside 10 busy processes \(nice 0\); 0 not well/);
    expect(code, text).toBe(0);
  });

  it("is not begun with options that are not understood", async () => {
    expect(await starved(["--busy", "many"])).toMatchObject({
      code: 3,
      text: expect.stringContaining("--busy") as string,
    });
    expect(await starved(["--seeds", "1,x"])).toMatchObject({
      code: 3,
      text: expect.stringContaining("--seeds") as string,
    });
  });
});
