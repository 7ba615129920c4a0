import { existsSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { endSpinner, startSpinner, stolenShare } from "../../../src/platforms/processes/keep-awake.ts";

test("reads the stolen share of a machine's time from /proc/stat", () => {
  expect(stolenShare("cpu  60 0 10 20 0 0 0 10 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")).toBeCloseTo(0.1, 10);
});

test("takes a machine without steal, and one that does not say, for one of our own", () => {
  expect(stolenShare("cpu  60 0 10 20 0 0 0 0 0 0\n")).toBe(0);
  expect(stolenShare("")).toBe(0);
});

// At idle priority it may take long until the spinner comes to lower its session.
const LATEST_MS = 60_000;

test(
  "a spinner has the least weight also where processors are shared out by session",
  { timeout: LATEST_MS },
  async () => {
    const child = await startSpinner({});
    if (child?.pid === undefined) throw new Error("no spinner");
    onTestFinished(() => endSpinner(child));
    const about = `/proc/${child.pid}`;
    // After the name: state, parent, process group, session (proc(5), stat).
    const session = readFileSync(`${about}/stat`, "utf8").split(") ")[1]?.split(" ")[3];
    expect(session).toBe(String(child.pid));
    if (!existsSync(`${about}/autogroup`)) return;
    await vi.waitFor(() => expect(readFileSync(`${about}/autogroup`, "utf8")).toMatch(/ nice 19$/m), LATEST_MS);
  },
);
