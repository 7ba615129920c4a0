import { describe, expect, it } from "vitest";
import {
  listOf,
  processFigures,
  processorTimes,
  programOf,
  stalledMs,
  waitedMs,
} from "../../../src/platforms/processes/processor-figures.ts";

const procStat = `cpu  40 4 4 400 9 2 2 6 1 0
cpu0 10 1 1 100 0 1 0 3 0 0
cpu1 20 2 2 200 9 1 2 3 1 0
cpu10 10 1 1 100 0 0 0 0 0 0
intr 1 2 3
`;

describe("the processors' times", () => {
  it("are user, nice, system and interrupts of those that we may use, in ms; stolen apart", () => {
    expect(processorTimes(procStat, [0, 1])).toEqual({ busyMs: 400, stolenMs: 60 });
    expect(processorTimes(procStat, [1])).toEqual({ busyMs: 270, stolenMs: 30 });
    expect(processorTimes(procStat, [10])).toEqual({ busyMs: 120, stolenMs: 0 });
  });

  it("are not made up where there are none", () => {
    expect(processorTimes("", [0])).toBeNull();
    expect(processorTimes(procStat, [7])).toBeNull();
  });

  it("are asked of processors in a list of ranges", () => {
    expect(listOf("0-3,8")).toEqual([0, 1, 2, 3, 8]);
    expect(listOf("5")).toEqual([5]);
    expect(listOf("")).toEqual([]);
  });
});

describe("a process's line", () => {
  const tail =
    "S 7 70 69 0 -1 4194560 1 2 3 4 11 22 33 44 20 0 5 0 4711 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17 1 0 5 0 0 0";

  it("is read behind a name that holds spaces and brackets", () => {
    expect(processFigures(`42 (a) b (c) ${tail}`)).toEqual({
      parent: 7,
      session: 69,
      start: "4711",
      cpuMs: 330,
      childrenMs: 770,
      idlePolicy: true,
    });
  });

  it("is null when the process is gone", () => {
    expect(processFigures("")).toBeNull();
    expect(processFigures("42 (cut) S 1")).toBeNull();
  });
});

describe("waiting", () => {
  it("is the second number of schedstat, in ms, and unknown where there is none", () => {
    expect(waitedMs("2500000 1250000 17\n")).toBe(1.25);
    expect(waitedMs("")).toBeNull();
  });

  it("is the total of the line “some” of a pressure file, in ms", () => {
    const file =
      "some avg10=0.47 avg60=1.26 avg300=3.21 total=27847564\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n";
    expect(stalledMs(file)).toBeCloseTo(27_847.564, 6);
    expect(stalledMs("")).toBeNull();
  });
});

describe("a process's name", () => {
  it("is its program and script, without options and without what may be a secret", () => {
    const line = (...words: string[]): string => programOf(words.join("\0"));
    expect(line("/usr/bin/node", "--max-old-space-size=64", "/srv/stack/vector/main.js", "--token", "s3cret")).toBe(
      "node vector/main.js",
    );
    expect(line("psql", "postgres://me:pass@host/db")).toBe("psql");
    expect(line("python3", "-m", "uvicorn", "key=s3cret")).toBe("python3 uvicorn");
    expect(line("redis-server *:6379")).toBe("redis-server *:6379");
    expect(line("")).toBe("");
  });
});
