import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { parseClaim } from "../../../src/probes/claim.ts";
import { timelineEventSchema } from "../../../src/records/timeline/event.ts";
import { event, claim } from "./claim-cases.ts";

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
    expect(parseClaim(JSON.stringify(full))).toEqual({
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
      const result = parseClaim(JSON.stringify({ ...event, data: { ...event.data, runnersUp } }));
      expect(result).toEqual({ ok: true, claim: { ...claim, more: { runnersUp } } });
    }
    const none = parseClaim(JSON.stringify({ ...event, data: { ...event.data, runnersUp: [] } }));
    expect(none).toEqual({ ok: true, claim });
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
    const result = parseClaim(text);
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
        const result = parseClaim(JSON.stringify({ ...event, data: { ...more, ...long, ...event.data } }));
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
      const result = parseClaim(JSON.stringify(value));
      expect(result.ok ? "accepted" : result.reason).toMatch(new RegExp(`^${field}: `));
    }
  });
});
