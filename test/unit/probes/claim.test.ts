import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { parseClaim } from "../../../src/probes/claim.ts";
import type { Claim } from "../../../src/records/claim.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { event, claim } from "./claim-cases.ts";

/** What is kept of an event; how it arrived is handed on beside it. */
function claimIn(text: string): { ok: true; claim: Claim } | { ok: false; reason: string } {
  const { ok, ...rest } = parseClaim(text);
  return ok && "claim" in rest ? { ok, claim: rest.claim } : ({ ok, ...rest } as { ok: false; reason: string });
}

describe("a claim", () => {
  it("keeps every field of the contract, and all others under one key", () => {
    const runnersUp = [{ class: "overload", confidence: 0.2 }];
    const scope = { ...event.data.scope, pod: "p-7" };
    const data = {
      ...event.data,
      scope,
      class: "latency",
      pathway: "p",
      action: "a",
      outcome: "done",
      runnersUp,
      score: 3,
    };
    const full = { ...event, extension: 1, type: "healing.incident.action.finished", data };
    expect(claimIn(JSON.stringify(full))).toEqual({
      ok: true,
      claim: {
        ...claim,
        type: "action.finished",
        class: "latency",
        pathway: "p",
        action: "a",
        outcome: "done",
        runnersUp,
        more: { extension: 1, scope: { pod: "p-7" }, score: 3 },
      },
    });
  });

  it("with runners-up that are none is a claim all the same, and shows them as they are", () => {
    for (const runnersUp of ["overload", [{ class: "overload", confidence: 20 }], [{ name: "x" }]]) {
      const result = claimIn(JSON.stringify({ ...event, data: { ...event.data, runnersUp } }));
      expect(result).toEqual({ ok: true, claim: { ...claim, more: { runnersUp } } });
    }
    const none = claimIn(JSON.stringify({ ...event, data: { ...event.data, runnersUp: [] } }));
    expect(none).toEqual({ ok: true, claim });
  });

  it("keeps its evidence path, without what stands beside the contract; one that is none is shown as it is", () => {
    const place = { service: "vector", replica: "vector-2" };
    const evidence = {
      root: { ...place, pod: "p-7" },
      signals: [{ name: "hash", scope: place, says: "differs", score: 3 }],
      edges: [{ from: "gateway", to: "vector", calls: 12 }],
      changes: [{ at: "2030-01-01T00:00:00Z", what: "restart", by: "ada", scope: place }],
    };
    const parsed = (value: unknown) => claimIn(JSON.stringify({ ...event, data: { ...event.data, evidence: value } }));
    expect(parsed(evidence)).toEqual({
      ok: true,
      claim: {
        ...claim,
        evidence: {
          root: place,
          signals: [{ name: "hash", scope: place, says: "differs" }],
          edges: [{ from: "gateway", to: "vector" }],
          changes: [{ at: "2030-01-01T00:00:00Z", what: "restart", by: "ada" }],
        },
      },
    });
    for (const spoilt of ["vector", 7, { ...evidence, edges: [{ from: "gateway" }] }, { root: place }]) {
      expect(parsed(spoilt)).toMatchObject({ ok: true, claim: { more: { evidence: expect.anything() as unknown } } });
    }
  });

  it("keeps how old its signals may be, and shows what is no such age as it is", () => {
    const said = (freshMs: unknown) => claimIn(JSON.stringify({ ...event, data: { ...event.data, freshMs } }));
    expect(said(10_000)).toEqual({ ok: true, claim: { ...claim, freshMs: 10_000 } });
    for (const freshMs of [-1, "10 s", 1e12])
      expect(said(freshMs)).toMatchObject({ ok: true, claim: { more: { freshMs } } });
  });

  it("keeps no likely secret, no make-up of objects and no number that was misread", () => {
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${"x".repeat(30)}`;
    const more = {
      apiKey: "abc",
      note: `sent with Bearer ${"y".repeat(20)}`,
      at: jwt,
      db: "postgres://u:pw@h/x",
      big: 0,
    };
    const text = JSON.stringify({ ...event, data: { ...event.data, ...more } }).replace(
      '"big":0',
      '"big":9007199254740993,"__proto__":{"polluted":true}',
    );
    const result = claimIn(text);
    expect(result).toMatchObject({
      claim: {
        more: { apiKey: "(hidden)", note: "(hidden)", at: "(hidden)", db: "(hidden)", big: "(a number beyond 2^53)" },
      },
    });
    expect(JSON.stringify(result)).not.toContain("polluted");
  });

  it("keeps what it says besides within bounds, whatever that is, and as the record on disk can be read again", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })), fc.nat(3), (more, size) => {
        const long = {
          long: "x".repeat(10 ** (size + 2)),
          deep: Array.from({ length: 10 ** size }, () => [[[[[1]]]]]),
        };
        const result = claimIn(JSON.stringify({ ...event, data: { ...more, ...long, ...event.data } }));
        const kept = result.ok ? result.claim : undefined;
        expect(JSON.stringify(kept?.more ?? {}).length).toBeLessThan(40_000);
        const line: unknown = JSON.parse(JSON.stringify({ kind: "claim", at: 1, claim: kept }));
        expect(timelineEventSchema.safeParse(line).success).toBe(true);
      }),
    );
  });

  it("is refused, with the field, when something is missing or of another kind", () => {
    const { reasons: _reasons, ...withoutReasons } = event.data;
    const wrong: readonly (readonly [string, unknown])[] = [
      ["type", { ...event, type: "healing.incident.guessed" }],
      ["type", { ...event, type: "detected" }],
      ["subject", { ...event, subject: "inc-2" }],
      ["data.scope", { ...event, data: { ...event.data, scope: undefined } }],
      ["data.reasons", { ...event, data: withoutReasons }],
      ["data.confidence", { ...event, data: { ...event.data, confidence: 90 } }],
      ["source", { ...event, source: undefined }],
    ];
    for (const [field, value] of wrong) {
      const result = claimIn(JSON.stringify(value));
      expect(result.ok ? "accepted" : result.reason).toMatch(new RegExp(`^${field}: `));
    }
  });
});
