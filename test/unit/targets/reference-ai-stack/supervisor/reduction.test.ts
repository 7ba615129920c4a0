import { describe, expect, it } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import {
  afterLook,
  createReduction,
  standingAt,
  type Load,
} from "../../../../../targets/reference-ai-stack/supervisor/reduction.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";

/** Looks every half second from 0 on: so much is asked in a second, and so many wait at each look. */
function levels(from: 1 | 2 | 3, seconds: readonly { readonly rate: number; readonly waiting: number }[]): number[] {
  let load: Load = { at: 0, asked: 0, waiting: seconds[0]?.waiting ?? 0, replicas: 2 };
  let standing = standingAt(from, load);
  return seconds.map(({ rate, waiting }) => {
    for (let half = 0; half < 2; half += 1) {
      load = { at: load.at + 500, asked: load.asked + rate / 2, waiting, replicas: 2 };
      standing = afterLook(standing, load);
    }
    return standing.level;
  });
}

const seconds = (count: number, rate: number, waiting: number) =>
  Array.from({ length: count }, () => ({ rate, waiting }));

describe("how far the service is reduced", () => {
  it("goes a step deeper every two seconds while the queue does not drain, and no deeper than refusals", () => {
    expect(levels(1, seconds(9, 40, 20))).toEqual([1, 2, 2, 3, 3, 3, 3, 3, 3]);
  });

  it("goes no deeper while the queue drains, or nobody waits at some replica", () => {
    const draining = [40, 30, 20, 12, 8, 5, 3, 2].map((waiting) => ({ rate: 40, waiting }));
    expect(new Set(levels(1, draining))).toEqual(new Set([1]));
    expect(new Set(levels(1, seconds(8, 40, 1)))).toEqual(new Set([1]));
  });

  it("goes back a step for each four seconds of clearly less load than when it began, down to full service", () => {
    const back = levels(2, [...seconds(4, 40, 0), ...seconds(10, 20, 0)]);
    expect(back.slice(0, 7)).toEqual([2, 2, 2, 2, 2, 2, 2]);
    expect(back.at(-1)).toBe(0);
    expect(back.filter((level, at) => level !== back[at - 1])).toEqual([2, 1, 0]);
  });

  it("does not go back while requests wait, however little is asked by now", () => {
    const busy = [100, 75, 60].map((waiting) => ({ rate: 40, waiting }));
    const draining = [50, 37, 28, 21, 15, 11, 8, 5].map((waiting) => ({ rate: 5, waiting }));
    expect(new Set(levels(1, [...busy, ...draining]))).toEqual(new Set([1]));
  });

  it("stays while as much is asked, although nobody waits: it is the reduction that keeps the queue empty", () => {
    expect(new Set(levels(1, seconds(30, 40, 0)))).toEqual(new Set([1]));
  });
});

/** A gateway that is asked ever less, and a replica at which nobody waits. */
async function served() {
  const said: unknown[] = [];
  let [asked, more] = [0, 40];
  const gateway = await serveForTest((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      said.push(JSON.parse(Buffer.concat(parts).toString()));
      asked += more;
      response.end(JSON.stringify({ level: 0, asked, refused: 0 }));
    });
  });
  const replica = await serveForTest((_request, response) => response.end(JSON.stringify({ slots: 2, waiting: 0 })));
  let time = 0;
  const reduction = createReduction({
    gatewayPort: gateway.port,
    supervisorToken: "s3cret",
    replicaPorts: () => [replica.port],
    now: () => (time += 1000),
    log: createLogger("reduction-test"),
    everyMs: 1,
  });
  return { reduction, said, falls: () => void (more = 1) };
}

describe("the supervisor's hand on it", () => {
  it("has the gateway follow down to full service when the load falls, and is silent after that", async () => {
    const { reduction, said, falls } = await served();
    expect(await reduction.set(1)).toBeNull();
    expect(said[0]).toEqual({ level: 1, most: 2 });
    await expect.poll(() => said.length).toBeGreaterThan(6);
    expect(reduction.level()).toBe(1);
    falls();
    await expect.poll(() => reduction.level()).toBe(0);
    expect(said.at(-1)).toEqual({ level: 0, most: 2 });
  });

  it("says why the service is not reduced, and does not claim that it is", async () => {
    const reduction = createReduction({
      gatewayPort: 9,
      supervisorToken: "s3cret",
      replicaPorts: () => [],
      now: () => 0,
      log: createLogger("reduction-test"),
    });
    expect(await reduction.set(1)).toMatch(/ECONNREFUSED/);
    expect(reduction.level()).toBe(0);
  });
});
