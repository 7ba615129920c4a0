// The contract for faults that need containers, on a real engine and a project that runs on: prepare changes nothing →
// apply is observable → revert restores → revert again is harmless → a fresh process can revert.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../src/core/fault.ts";
import type { Json } from "../../src/core/units.ts";
import type { Evidence } from "../../src/records/timeline/fault.ts";
import { containerStand } from "./container-stand.ts";
import { noEngine, type TestEngine } from "./engine.ts";
import { noteTold } from "./told-by-engine.ts";

const script = join(dirname(fileURLToPath(import.meta.url)), "revert-in-fresh-process.mjs");

/** What the undo of that entry says where nothing but the entry is known. */
export async function revertInFreshProcess(entry: Json): Promise<Evidence> {
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(entry));
  let said = "";
  child.stdout.on("data", (part: Buffer) => (said += part.toString()));
  await once(child, "close");
  return JSON.parse(said) as Evidence;
}

/**
 * Registers the contract for one fault, with its own example. `host`: what the container's HostConfig says besides.
 * `inside`: what is looked at in the container, besides what the survey has.
 */
export function testContainerFault(
  fault: Fault,
  host: Readonly<Record<string, unknown>> = {},
  inside: (engine: TestEngine, container: string) => Promise<unknown> = async () => undefined,
): void {
  describe.skipIf(noEngine !== undefined)(`${fault.name} on containers`, () => {
    const { engine, place, signal } = containerStand(fault.name.replaceAll(".", "-"));
    test("changes nothing in prepare, shows in apply, and is gone after each revert, in a fresh process too", async () => {
      const { id, stack, site, entry } = await place({}, { host });
      const look = async (): Promise<unknown> => [(await stack.survey(signal)).processes, await inside(engine(), id)];
      const answers = (): Promise<unknown> =>
        stack.inventory(signal).then(() => fetch(stack.addressOf("vec")).then(({ status }) => status, String));
      const params = fault.parse(fault.example);
      const calm = await look();
      /** One that was started again answers a little later. */
      const isCalm = async (turn: string): Promise<void> => {
        await expect.poll(answers, { timeout: 60_000, message: turn }).toBe(200);
        expect(await look(), turn).toEqual(calm);
      };
      const undo = JSON.parse(JSON.stringify(await fault.prepare(params, site))) as Json;
      await isCalm("prepared");
      const noted = noteTold();
      const watched = { ...site, ...noted.site };
      const harmed = { params, undo, before: await fault.harm(params, undo, watched, signal) };
      expect(await fault.observe(harmed, watched, signal)).toMatchObject({ confirmed: true });
      if (fault.wants.includes("events")) await noted.isAsTheEngineSays(engine(), id);
      expect(await look()).not.toEqual(calm);
      for (const turn of ["once", "again"]) {
        expect(await fault.revert(undo, site, signal), turn).toMatchObject({ confirmed: true });
        await isCalm(turn);
      }
      // What runs by now may be another instance.
      const anew = JSON.parse(JSON.stringify(await fault.prepare(params, site))) as Json;
      expect(await fault.apply(params, anew, site, signal)).toMatchObject({ confirmed: true });
      expect(await revertInFreshProcess(entry(fault.name, anew))).toMatchObject({ confirmed: true });
      await isCalm("in a fresh process");
    });
  });
}
