// One reading of the process table: lines as the kernel wrote them.

import { expect, test } from "vitest";
import {
  isEnding,
  isOver,
  parseStat,
  pidsNow,
  stageOf,
  statOf,
} from "../../../src/platforms/processes/process-stat.ts";

/** The line of a process whose first thread had ended before another, with another state and number of threads. */
const stat = (state: string, threads: number, flags = 4227084): string =>
  `13525 (node) ${state} 1 13525 13520 0 -1 ${flags} 0 0 0 0 30 7 0 0 20 5 ${threads} 0 571204 0 0`;

const fieldsOf = (state: string, threads: number, flags?: number) => {
  const parsed = parseStat(stat(state, threads, flags));
  if (parsed === undefined) throw new Error("not read");
  return parsed;
};

test("a process is over when it is a zombie without other threads, and not as long as one of them holds its ports open", () => {
  expect(isOver(fieldsOf("Z", 2))).toBe(false);
  expect(isOver(fieldsOf("Z", 1))).toBe(true);
  expect(isOver(fieldsOf("Z", 0))).toBe(true);
  expect(isOver(fieldsOf("X", 1))).toBe(true);
  expect(isOver(fieldsOf("S", 1))).toBe(false);
  expect(isOver(fieldsOf("T", 11))).toBe(false);
});

test("a process is ending when its first thread is, or has, or when it was killed and got no processor since", () => {
  const running = 4194304;
  const status = (own: string, shared: string): string =>
    `Name:\tnode\nSigPnd:\t${own}\nShdPnd:\t${shared}\nSigBlk:\t0\n`;
  const calm = status("0000000000000000", "0000000000000000");
  expect(isEnding(fieldsOf("S", 11, running), calm)).toBe(false);
  expect(isEnding(fieldsOf("T", 11, running), calm)).toBe(false);
  // PF_EXITING, as it was read from a killed process that had no command line any more.
  expect(isEnding(fieldsOf("R", 1, running | 4), calm)).toBe(true);
  expect(isEnding(fieldsOf("Z", 3, running), calm)).toBe(true);
  expect(isEnding(fieldsOf("R", 5, running), status("0000000000000100", "0000000000000000"))).toBe(true);
  expect(isEnding(fieldsOf("R", 5, running), status("0000000000000000", "0000000000000100"))).toBe(true);
  // SIGTERM (bit 14) may be answered as the process likes.
  expect(isEnding(fieldsOf("R", 5, running), status("0000000000004000", "0000000000004000"))).toBe(false);
  expect(isEnding(fieldsOf("R", 5, running), "")).toBe(false);
});

test("the name of a program may hold what it likes, and every field is still found", () => {
  for (const name of ["node", "a b", "x) R 1 (y", "(", ")"]) {
    const line = stat("S", 11).replace("(node)", `(${name})`);
    expect(parseStat(line)).toEqual({
      state: "S",
      parent: 1,
      group: 13525,
      session: 13520,
      exiting: true,
      kernel: false,
      usedTicks: 37,
      nice: 5,
      threads: 11,
      startTicks: "571204",
      idleClass: false,
    });
  }
});

test("a thread of the kernel's own is known by its flag, for it never shows an environment", () => {
  // As read from `ksoftirqd/0`.
  const line = stat("S", 1).replace(/^(13525 \(node\) S 1 \d+ \d+ \S+ \S+) \d+/, "$1 69238848");
  expect(parseStat(line)).toMatchObject({ kernel: true, exiting: false });
});

test("what is no line of the table is nobody", () => {
  for (const text of ["", "\n", "13525", "13525 (node)", "13525 (node) S 1 2"]) expect(parseStat(text)).toBeUndefined();
});

test.runIf(process.platform === "linux")("this very process is there, and one that cannot be is not", async () => {
  expect(await pidsNow()).toContain(process.pid);
  expect(await statOf(process.pid)).toMatchObject({ parent: process.ppid, exiting: false });
  expect(await statOf(2 ** 30)).toBeUndefined();
});

test.runIf(process.platform === "linux")(
  "who is not there, or is another by now, is gone and does not run",
  async () => {
    const startTicks = (await statOf(process.pid))?.startTicks;
    expect(await stageOf(process.pid, startTicks)).toBe("running");
    expect(await stageOf(process.pid, `${startTicks}0`)).toBe("gone");
    expect(await stageOf(2 ** 30)).toBe("gone");
  },
);
