// The beat of the healer: silence of a process that lives, told from a starved machine, a restart and an end.
import { expect, test } from "vitest";
import { BEAT_SPEAKS_MS, watchBeat } from "../../../../../targets/reference-ai-stack/supervisor/healer-beat.ts";
import { createVirtualClock } from "../healer/virtual-clock.ts";

function createWatch() {
  const clock = createVirtualClock();
  const healer = { pid: 1 as number | null, silent: false };
  const others = { silent: false, more: 0 };
  const hangs: { readonly says: string; readonly at: number }[] = [];
  const answering = (isSilent: () => boolean) => async (limitMs: number) => {
    if (!isSilent()) return true;
    await clock.sleep(limitMs);
    return false;
  };
  void watchBeat({
    healer: () => ({ pid: () => healer.pid, becomesHealthy: answering(() => healer.silent) }),
    others: () => [
      { becomesHealthy: answering(() => others.silent) },
      ...Array.from({ length: 1 + others.more }, () => ({ becomesHealthy: answering(() => true) })),
    ],
    clock,
    onHang: (says) => void hangs.push({ says, at: clock.now() }),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 50) await clock.pass(50);
  };
  return { clock, healer, others, hangs, pass };
}

test("a healer that lives and does not answer is found within the time that is stated", async () => {
  const { clock, healer, hangs, pass } = createWatch();
  await pass(5000);
  expect(hangs).toEqual([]);
  healer.silent = true;
  const from = clock.now();
  await pass(BEAT_SPEAKS_MS);
  expect(hangs.map(({ says }) => says)).toEqual([
    "process 1 lives and has not answered in 2 looks of 1000 ms; others have",
  ]);
  expect((hangs[0]?.at ?? Infinity) - from).toBeLessThanOrEqual(3000);
});

test("one silent look, a machine on which nobody answers, and a process that is being replaced are no hang", async () => {
  const { healer, others, hangs, pass } = createWatch();
  await pass(1000);
  healer.silent = true;
  await pass(1000);
  healer.silent = false;
  await pass(5000);
  [healer.silent, others.silent] = [true, true];
  await pass(20_000);
  others.silent = false;
  healer.pid = null;
  await pass(5000);
  expect(hangs).toEqual([]);
  healer.pid = 2;
  await pass(5000);
  expect(hangs.map(({ says }) => says.slice(0, 9))).toEqual(["process 2"]);
});

test("while most others are silent too, or the watch itself comes late, twice as many looks are a hang", async () => {
  const { clock, healer, others, hangs, pass } = createWatch();
  await pass(1000);
  others.more = 3;
  healer.silent = true;
  await pass(2 * BEAT_SPEAKS_MS);
  expect(hangs.map(({ says }) => says)).toEqual([
    "process 1 lives and has not answered in 4 looks of 1000 ms; others have",
  ]);
  [healer.silent, others.more] = [false, 0];
  await pass(5000);
  // No turn for a second: its looks of then say as little of the healer.
  await clock.pass(1000);
  healer.silent = true;
  await pass(3000);
  expect(hangs).toHaveLength(1);
  await pass(BEAT_SPEAKS_MS);
  expect(hangs).toHaveLength(2);
});
