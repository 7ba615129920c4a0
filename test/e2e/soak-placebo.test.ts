import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const program = join(root, "dist/test/programs/soak/placebo.js");
const run = promisify(execFile);

/** What it printed and how it ended. */
async function soak(minutes: string, sabotage?: string): Promise<{ code: number; text: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env["STACK_SABOTAGE"];
  if (sabotage !== undefined) env["STACK_SABOTAGE"] = sabotage;
  try {
    const { stdout } = await run(process.execPath, [program, "--minutes", minutes], { cwd: root, env });
    return { code: 0, text: stdout };
  } catch (thrown) {
    const { code, stdout } = thrown as { code: number; stdout: string };
    return { code, text: stdout };
  }
}

test("half a minute of healthy, varied load brings no action", async () => {
  const { code, text } = await soak("0.5");
  expect(text).toMatch(/^actions: +0$/m);
  expect(text).toMatch(/^done to it: +0$/m);
  expect(text).toMatch(/^healer at rest: +\d+\.\d % of one core, \d+ MiB$/m);
  expect({ code, text }).toMatchObject({ code: 0 });
});

test("a healer that acts on nothing is caught, by what it says and by what became of the stack", async () => {
  const { code, text } = await soak("0.5", "acts-on-placebo");
  expect(code).toBe(1);
  expect(text).toMatch(/restart-replica inference-2/);
  expect(text).toMatch(/inference-2 has another process/);
});
