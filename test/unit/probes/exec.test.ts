import { describe, expect, it } from "vitest";
import type { ProbedReplica, ProbeSpec } from "../../../src/core/probe-kind.ts";
import type { CommandOrder, CommandOutcome } from "../../../src/core/run-inside.ts";
import { exec } from "../../../src/probes/exec.ts";
import { makeProbes } from "../../../src/probes/table.ts";

const spec: ProbeSpec = {
  kind: "exec",
  name: "ready.db",
  service: "db",
  everyMs: 200,
  timeoutMs: 300,
  data: false,
  command: ["pg_isready", "-p", "{port}"],
};

const ended = (code: number, output = "", complaints = ""): CommandOutcome => ({
  what: "ended",
  code,
  output,
  complaints,
});

const isRunning = (): Promise<boolean> => Promise.resolve(true);

function replica(name: string, outcome: CommandOutcome | undefined, orders: CommandOrder[] = []): ProbedReplica {
  const base = { replica: name, address: "http://127.0.0.1:1", isRunning };
  if (outcome === undefined) return base;
  const runInside = async (order: CommandOrder): Promise<CommandOutcome> => {
    orders.push(order);
    return outcome;
  };
  return { ...base, runInside };
}

async function look(params: Partial<ProbeSpec>, ...replicas: readonly ProbedReplica[]): Promise<unknown> {
  const access = { replicas: () => replicas, health: () => ({ path: "/" }) };
  const [probe] = makeProbes([{ ...spec, ...params }], access, 1);
  return probe?.look(new AbortController().signal);
}

describe("exec", () => {
  it("counts replicas whose command ends with 0, and says why others do not count", async () => {
    const orders: CommandOrder[] = [];
    const replicas = [
      replica("db-1", ended(0, "accepting connections"), orders),
      replica("db-2", ended(2, "", "no\nresponse")),
      replica("db-3", { what: "ill", why: "its container is paused" }),
      { ...replica("db-4", ended(0)), isRunning: null },
    ];
    const note = 'db-2: ended with 2, "no response"; db-3: its container is paused; db-4: no process';
    expect(await look({}, ...replicas)).toEqual({ ok: true, value: 1, note });
    expect(orders).toEqual([{ command: ["pg_isready", "-p", "{port}"], env: {} }]);
  });

  it("counts only what writes what it shall, line by line", async () => {
    const [right, wrong] = [replica("db-1", ended(0, "lag\nis 0\n")), replica("db-2", ended(0, "is 012\n"))];
    const note = 'db-2: ended with 0, and says "is 012"';
    expect(await look({ says: "^is \\d$" }, right, wrong)).toEqual({ ok: true, value: 1, note });
  });

  it.each([
    [
      "a program that is not there",
      ended(127, "not found"),
      'db-2: it has no pg_isready that can be run: ended with 127, "not found"',
    ],
    [
      "one that cannot be run",
      ended(126),
      'db-2: it has no pg_isready that can be run: ended with 126, "no reason given"',
    ],
    [
      "an engine that broke off",
      { what: "unseen", why: "the engine broke off" } as const,
      "db-2: the engine broke off",
    ],
    ["a platform that runs none", undefined, "db-2: no command can be run there on this platform"],
  ])("sees nothing with %s: that says nothing of a replica", async (_what, outcome, reason) => {
    expect(await look({}, replica("db-1", ended(0)), replica("db-2", outcome))).toEqual({ ok: false, reason });
  });

  it("hides what looks like a secret, and shows no control characters", async () => {
    const seen = await look({}, replica("db-1", ended(1, "\u001b[31m password=hunter2-hunter2")));
    expect(JSON.stringify(seen)).not.toMatch(/hunter2|\\u001b/);
  });

  it("sees nothing by an expression that takes longer than anybody waits", async () => {
    const slow = await look({ says: "^(a+)+$" }, replica("db-1", ended(0, `${"a".repeat(40)}!`)));
    expect(slow).toMatchObject({ ok: false, reason: expect.stringContaining("was not done") });
  });

  it.each([
    [{ says: "(" }, "says"],
    [{ command: ["a\0b"] }, "command"],
    [{ env: { "a-b": "c" } }, "env"],
    [{ data: true }, "data"],
  ])("refuses %j at its key", (written, key) => {
    const problems = exec.check?.({ command: ["true"], ...written }, ["db"]);
    expect(problems?.map((problem) => problem.key)).toEqual([key]);
  });
});
