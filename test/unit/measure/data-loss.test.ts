import { describe, expect, it } from "vitest";
import type { DocumentFacts } from "../../../src/records/facts/documents.ts";
import { measureTrial } from "../../builders/measured.ts";
import { stories } from "../../golden/stories.ts";
import type { SimulatedDocuments } from "../../builders/simulated-documents.ts";
import { tell } from "../../builders/simulated-trial.ts";

const whole = stories["clean heal"];
/** Documents n1 … n48 are offered at 1250, 1750 … 24 750 and answered 20 ms later; the fault is confirmed at 5110. */
const factsOf = (documents: SimulatedDocuments): DocumentFacts | undefined =>
  measureTrial(tell({ ...whole, documents })).documents;

describe("loss of documents", () => {
  it("is not known of a target that takes none", () => {
    expect(measureTrial(tell(whole)).documents).toBeUndefined();
  });

  it("is none when all are found, and what was refused is not owed", () => {
    const facts = factsOf({ refused: (from) => from > 5100 && from < 8000 });
    expect(facts).toMatchObject({ written: 42, refused: 6, atEnd: { gone: 0, unseen: 0 }, afterRevert: { gone: 0 } });
    expect(facts?.atEnd?.window).toBeUndefined();
    expect(facts?.atEnd?.reach).toBeUndefined();
  });

  it("reaches from the first one gone to the last, between what is still there around them, and back from t0", () => {
    const lost = (from: number): boolean => from < 4000 || from > 8900;
    const { atEnd } = factsOf({ atEnd: lost }) ?? {};
    expect(atEnd).toMatchObject({ gone: 10, unseen: 0, ids: { first: "n7", last: "n16" } });
    expect(atEnd?.window).toEqual({
      from: { at: 4270, lo: 3750, hi: 4270 },
      to: { at: 8770, lo: 8750, hi: 9270 },
    });
    const t0 = measureTrial(tell(whole)).marks.t0;
    expect(t0).toEqual({ at: 5110, lo: 5020, hi: 5110 });
    expect(atEnd?.reach).toEqual({ ms: 840, lo: 750, hi: 1360, formula: "t0 − first document gone" });
  });

  it("is widened by documents that were not seen", () => {
    const state = (from: number): boolean | null => (from > 4000 && from < 6000 ? false : from < 3000 ? true : null);
    const { atEnd } = factsOf({ atEnd: (from) => (from > 9000 ? true : state(from)) }) ?? {};
    expect(atEnd?.unseen).toBe(2 + 6);
    expect(atEnd?.window).toEqual({
      from: { at: 4270, lo: 2750, hi: 4270 },
      to: { at: 5770, lo: 5750, hi: 9270 },
    });
  });

  it("of the newest alone does not reach back before the fault, and has no upper bound but the end of observing", () => {
    const { atEnd } = factsOf({ atEnd: (from) => from < 23_000 }) ?? {};
    expect(atEnd?.reach).toEqual({ ms: 0, lo: 0, hi: 0, formula: "t0 − first document gone" });
    expect(atEnd?.window?.to).toEqual({ at: 24_770, lo: 24_750, hi: 25_000 });
  });

  it("of everything reaches back to the first document of all, and no further can be told", () => {
    const { atEnd } = factsOf({ atEnd: () => false }) ?? {};
    expect(atEnd?.window?.from).toEqual({ at: 1270, lo: 1250, hi: 1270 });
  });

  it("tells the look before our way back from the one after it", () => {
    const facts = factsOf({ atEnd: (from) => from < 6000, afterRevert: () => true });
    expect([facts?.atEnd?.gone, facts?.afterRevert?.gone]).toEqual([38, 0]);
    expect(factsOf({ unlooked: true })).not.toHaveProperty("atEnd");
  });

  it("says for how long nothing was offered", () => {
    expect(factsOf({})?.silentMs).toBe(480);
    expect(factsOf({ stops: 12_000 })?.silentMs).toBe(24_800 - 11_770 + 1);
  });
});
