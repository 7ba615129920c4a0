import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { openLedger } from "../../../src/trial/durability-check.ts";
import type { RunningStack } from "../../../src/trial/ports.ts";
import { makeRecorder } from "../../../src/trial/recorder.ts";
import { simulatedState } from "../../builders/simulated-stack.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

type Parts = Pick<RunningStack, "documents" | "readAudit">;

function ledgerWith(parts: Parts) {
  const recorder = makeRecorder(basePlan, { epochNs: "0", now: () => 1 }, () => undefined);
  const said = (): string[] => recorder.timeline.map(nameOf);
  return { ledger: openLedger({ ...simulatedState({}).stack, ...parts }, recorder), said };
}

function nameOf(event: TimelineEvent): string {
  if (event.kind === "read-back") return `look for ${event.id}`;
  if (event.kind === "trouble") return `trouble in ${event.where}: ${event.reason}`;
  return event.kind;
}

/** A desk that writes one document and then waits for the signal. */
const desk: Parts = {
  documents: {
    async write(record, signal) {
      record({ kind: "write", from: 0, id: "n1", ok: true });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    async readBack(record) {
      record({ kind: "read-back", from: 0, id: "n1", found: true });
    },
  },
  async readAudit(record) {
    record({ kind: "audit", from: 0, look: { ok: false, reason: "none" } });
  },
};
const live = new AbortController().signal;

describe("the ledger of a trial", () => {
  it("ends writing, looks for the documents, reads the audit, and looks once more after our way back", async () => {
    const { ledger, said } = ledgerWith(desk);
    ledger.open();
    await ledger.close(live);
    expect(said()).toEqual(["write", "look for n1", "audit"]);
    await ledger.lookAgain(live);
    expect(said()).toEqual(["write", "look for n1", "audit", "look for n1"]);
  });

  it("does nothing for a target that takes no documents and publishes no audit", async () => {
    const { ledger, said } = ledgerWith({});
    ledger.open();
    await ledger.close(live);
    await ledger.lookAgain(live);
    await ledger.stop();
    expect(said()).toEqual([]);
  });

  it("only ends writing when the trial was ended early", async () => {
    const { ledger, said } = ledgerWith(desk);
    ledger.open();
    await ledger.close(AbortSignal.abort());
    await ledger.lookAgain(live);
    expect(said()).toEqual(["write"]);
  });

  it("writes trouble down and never throws", async () => {
    const broken = async (): Promise<never> => {
      throw new Error("no desk");
    };
    const { ledger, said } = ledgerWith({ documents: { write: broken, readBack: broken }, readAudit: broken });
    ledger.open();
    await ledger.close(live);
    await ledger.stop();
    expect(said()).toContain("trouble in documents: no desk");
    expect(said()).toContain("trouble in audit: no desk");
  });

  it("does not wait for ever for a desk that does not heed its signal", async () => {
    const { ledger, said } = ledgerWith({
      documents: { ...desk.documents, write: () => new Promise(() => undefined), readBack: async () => undefined },
    });
    ledger.open();
    await ledger.stop();
    expect(said().join()).toMatch(/trouble in documents: took longer than its time limit/);
  });
});
