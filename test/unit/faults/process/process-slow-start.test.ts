// Starts that are slowed down, on a replica whose starts and shares the test decides.

import { describe, expect, test } from "vitest";
import type { ProcessControl, ShareControl, ShareReached, Site } from "../../../../src/core/controls.ts";
import { processSlowStart } from "../../../../src/faults/process/process-slow-start.ts";

const first = { instance: "1" };
const params = processSlowStart.parse({ share: 0.2, for: "2s" });
const kept: ShareReached = { wallMs: 2000, ranMs: 400, usedMs: 300, processors: 2, isGone: false };

/** A replica that has just come up as `2`; slowing it down ends it in the state that is given. */
function started(reached: Partial<ShareReached>, isStubborn = false) {
  const sent: string[] = [];
  const slowed: string[] = [];
  let isStopped = false;
  const process: ProcessControl = {
    find: async () => "2",
    isAlive: async (instance) => instance === "2",
    isStopped: async () => isStopped,
    async signal(instance, name) {
      sent.push(`${name} ${instance}`);
      if (name === "SIGCONT" && !isStubborn) isStopped = false;
    },
  };
  const shares: ShareControl = {
    async keep(instance) {
      slowed.push(instance);
      isStopped = true;
      return { ...kept, ...reached };
    },
  };
  const site: Site = { service: "s", replica: "s-1", seed: 1, undoDir: "/nowhere", controls: { process, shares } };
  return { site, sent, slowed, stopped: () => isStopped };
}

test("slows down what comes up, once, lets it go on, and says what share it got", async () => {
  const { site, sent, slowed, stopped } = started({});
  const over = new AbortController();
  const held = processSlowStart.hold?.(params, first, site, over.signal);
  await expect.poll(() => sent).toEqual(["SIGCONT 2"]);
  over.abort();
  expect(await held).toBe("slow starts: let run for 20 % of 2.0 s, in which it used 0.30 s of a processor");
  expect(slowed).toEqual(["2"]);
  expect(stopped()).toBe(false);
});

test("fails when the share was not kept, with what was", async () => {
  const { site } = started({ ranMs: 1200 });
  const held = processSlowStart.hold?.(params, first, site, AbortSignal.timeout(20_000));
  await expect(held).rejects.toThrow("20 % of the time could not be kept: let run for 60 % of 2.0 s");
});

test("fails when what it has slowed down does not go on", async () => {
  const { site } = started({}, true);
  const held = processSlowStart.hold?.(params, first, site, AbortSignal.timeout(20_000));
  await expect(held).rejects.toThrow("2 stays stopped although it was let go on");
});

test("does not hold it against the share that somebody has ended it meanwhile", async () => {
  const { site, sent } = started({ wallMs: 400, ranMs: 0, isGone: true });
  const over = new AbortController();
  const held = processSlowStart.hold?.(params, first, site, over.signal);
  await expect.poll(() => sent).toEqual(["SIGCONT 2"]);
  over.abort();
  expect(await held).toMatch(/^slow starts: gone; until then let run for 0 % of 0\.4 s/);
});

test("is taken back at what runs now, which the undo does not name", async () => {
  const { site, sent, stopped } = started({});
  await site.controls.shares?.keep("2", { share: 0.2, periodMs: 400, goesOn: () => false }, AbortSignal.timeout(1));
  const back = await processSlowStart.revert(first, site, AbortSignal.timeout(20_000));
  expect(back).toMatchObject({ confirmed: true, seen: "not stopped; somebody else started it as 2" });
  expect(sent).toEqual(["SIGCONT 2"]);
  expect(stopped()).toBe(false);
});

describe("parameters", () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ share: 0 }, "share: 0, expected at least 0.05"],
    [{ share: 1 }, "share: 1, expected at most 0.95"],
    [{ for: "500ms" }, 'for: "500ms", expected a duration from 1s to 1m'],
    [{ for: "2m" }, 'for: "2m", expected a duration from 1s to 1m'],
    [{ period: "1s" }, 'period: "1s", expected a duration from 200ms to 500ms'],
  ];
  test.each(wrong)("out of bounds are refused: %o", (input, words) => {
    expect(() => processSlowStart.parse(input)).toThrow(words);
  });

  test("are a tenth of three seconds when absent", () => {
    expect(processSlowStart.parse({})).toEqual({ share: 0.1, for: 3000, period: 400 });
  });
});
