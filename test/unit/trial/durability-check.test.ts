import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { openDurabilityCheck } from "../../../src/trial/durability-check.ts";
import type { RunningStack } from "../../../src/trial/ports.ts";
import { makeRecorder } from "../../../src/trial/recorder.ts";
import { simulatedState } from "../../builders/simulated-stack.ts";
import { basePlan } from "../../builders/simulated-trial.ts";

type Parts = Pick<RunningStack, "documents" | "readAudit">;

function checkWith(parts: Parts) {
  const recorder = makeRecorder(basePlan, { epochNs: "0", now: () => 1 }, () => undefined);
  const said = (): string[] => recorder.timeline.map(nameOf);
  return { check: openDurabilityCheck({ ...simulatedState({}).stack, ...parts }, recorder), said };
}

function nameOf(event: TimelineEvent): string {
  if (event.kind === "read-back") return `look for ${event.id}`;
  if (event.kind === "trouble") return `trouble in ${event.where}: ${event.reason}`;
  return event.kind;
}

const offerAgain = async () => ({ offered: 0, acknowledged: 0 });

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
    offerAgain,
  },
  async readAudit(record) {
    record({ kind: "audit", from: 0, look: { ok: false, reason: "none" } });
  },
};
const live = new AbortController().signal;

describe("the durability check of a trial", () => {
  it("ends writing, looks for the documents, reads the audit, and looks once more after our way back", async () => {
    const { check, said } = checkWith(desk);
    check.open();
    await check.close(live);
    expect(said()).toEqual(["write", "look for n1", "audit"]);
    await check.lookAgain(live);
    expect(said()).toEqual(["write", "look for n1", "audit", "look for n1"]);
  });

  it("does nothing for a target that takes no documents and publishes no audit", async () => {
    const { check, said } = checkWith({});
    check.open();
    await check.close(live);
    await check.lookAgain(live);
    await check.stop();
    expect(said()).toEqual([]);
  });

  it("only ends writing when the trial was ended early", async () => {
    const { check, said } = checkWith(desk);
    check.open();
    await check.close(AbortSignal.abort());
    await check.lookAgain(live);
    expect(said()).toEqual(["write"]);
  });

  it("writes trouble down and never throws", async () => {
    const broken = async (): Promise<never> => {
      throw new Error("no desk");
    };
    const { check, said } = checkWith({
      documents: { write: broken, readBack: broken, offerAgain },
      readAudit: broken,
    });
    check.open();
    await check.close(live);
    await check.stop();
    expect(said()).toContain("trouble in documents: no desk");
    expect(said()).toContain("trouble in audit: no desk");
  });

  it("does not wait for ever for a desk that does not heed its signal", async () => {
    const { check, said } = checkWith({
      documents: { offerAgain, write: () => new Promise(() => undefined), readBack: async () => undefined },
    });
    check.open();
    await check.stop();
    expect(said().join()).toMatch(/trouble in documents: took longer than its time limit/);
  });
});
