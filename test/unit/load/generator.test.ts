import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { arrivalTimes } from "../../builders/arrival-times.ts";
import { spec, serve, stream, run } from "./generator-cases.ts";

describe("the open-loop generator", () => {
  it("keeps sending while the server stalls, and counts latency from the intended time", async () => {
    const waiting: ServerResponse[] = [];
    let arrivedDuringStall = 0;
    let stalled = true;
    const url = await serve((_request, response) => {
      if (!stalled) return response.end("ok");
      if (waiting.length === 0) setTimeout(release, 500);
      arrivedDuringStall += 1;
      return waiting.push(response);
    });
    function release(): void {
      stalled = false;
      for (const response of waiting) response.end("ok");
    }
    const { requests, summary } = await run(url, 60, { stream: "whole" });

    // A closed loop would have had one request there; every one that was due during the stall arrived.
    expect(arrivedDuringStall).toBeGreaterThan(20);
    expect(summary.answered).toBe(requests.length);
    const intended = requests.map((request) => request.intended);
    const plan = arrivalTimes(spec, 5, "chat", requests.length);
    for (const [index, at] of intended.entries()) {
      expect(at - (intended[0] ?? 0)).toBeCloseTo((plan[index] ?? 0) - (plan[0] ?? 0), 6);
    }
    const first = requests[0];
    expect((first?.done ?? 0) - (first?.intended ?? 0)).toBeGreaterThanOrEqual(498);
    expect(requests.every((request) => (request.sent ?? 0) >= request.intended)).toBe(true);
  });

  it("sheds what is beyond its bound as unsent", async () => {
    const url = await serve(() => undefined);
    const short = { ...spec, slowOverMs: 300, timeoutMs: 400 };
    const { requests, summary } = await run(url, 20, { stream: "whole" }, { maxInFlight: 4, spec: short });
    const unsent = requests.filter((request) => request.outcome === "unsent");
    expect(requests.slice(0, 4).map((request) => request.error)).toEqual(Array(4).fill("timeout"));
    expect(unsent.length).toBeGreaterThan(0);
    expect(unsent.every((request) => request.sent === null && request.right === null)).toBe(true);
    expect(summary.unsent).toBe(unsent.length);
    expect(summary.scheduled).toBe(summary.answered + summary.errors + summary.unsent + summary.abandoned);
  });

  it("says late when a request becomes slow and timeout when it is given up, both from the intended time", async () => {
    const url = await serve((_request, response) => stream(response, "begun"));
    const short = { ...spec, slowOverMs: 100, timeoutMs: 1_500 };
    const { requests, late } = await run(url, 5, {}, { spec: short });
    expect(new Set(late.map((event) => event.id))).toEqual(new Set(requests.map((request) => request.id)));
    for (const request of requests) {
      expect(request).toMatchObject({ outcome: "error", error: "timeout", done: null });
      expect(request.firstToken).toBeGreaterThanOrEqual(request.sent ?? Infinity);
      expect(request.at - request.intended).toBeGreaterThanOrEqual(1_500);
      const lateAt = late.find((event) => event.id === request.id)?.at ?? 0;
      expect(lateAt - request.intended).toBeGreaterThanOrEqual(100);
    }
  });
});
