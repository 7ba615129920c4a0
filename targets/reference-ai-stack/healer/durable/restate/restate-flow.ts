// One flow over Restate: each step is an entry of the case's journal on the server. A step that fails is an answer
// there, because Restate would do it again for ever.
import * as restate from "@restatedev/restate-sdk";
import { messageOf } from "../../../common/log.ts";
import type { Clock } from "../../nouns.ts";
import type { Approval, Flow, LockClaim, StepRecord } from "../flow.ts";
import { approvalOf, keepStep, takeFirst } from "./services.ts";

export interface RestateFlowParts {
  readonly clock: Clock;
  /** Takes these targets for the flow, as `Flow.lockTarget` says; rejects when the server refuses. */
  readonly takeLease: (id: string, claim: LockClaim) => Promise<boolean>;
  /** Gives back what the flow has, within its journal. */
  readonly releaseLease: () => void;
  /** How long the server is to wait where the clock waits for so long, ms. */
  readonly serverMs: (ms: number) => number;
  /** Shows a step of this flow as it is known now. */
  readonly show: (record: StepRecord) => void;
  /** The question of that key is open, or not any more. */
  readonly asks: (id: string, key: string | null) => void;
}

interface Kept {
  readonly record: StepRecord;
  /** Why the step failed. */
  readonly failed?: string;
}

type Mark = Pick<StepRecord, "name" | "kind">;

/** The flow's own journal: what is done once, and what this life found done already. */
function stepJournal(context: restate.WorkflowContext, id: string, parts: RestateFlowParts) {
  const { clock } = parts;
  const names = new Map<string, string>();
  let seq = 0;
  return async (
    key: string,
    mark: Mark,
    work: (begun: StepRecord) => Promise<Partial<StepRecord>>,
  ): Promise<StepRecord> => {
    const owner = names.get(key);
    if (owner !== undefined) throw new Error(`${id}: the key ${key} is ${owner}'s and ${mark.name} asks for it`);
    names.set(key, mark.name);
    seq += 1;
    const number = seq;
    const { record, failed } = await context.run(key, async (): Promise<Kept> => {
      const begun: StepRecord = { flow: id, key, seq: number, begun: clock.wallTime(), ...mark };
      parts.show(begun);
      try {
        return { record: { ...begun, ...(await work(begun)) } };
      } catch (error) {
        return { record: begun, failed: messageOf(error) };
      }
    });
    keepStep(context, record);
    parts.show(record);
    if (failed !== undefined) throw new Error(failed);
    return record;
  };
}

/** Whether the flow still has what it locked: asked afresh before the first new work of a life. */
function ownLock(id: string, parts: RestateFlowParts) {
  let claim: LockClaim | null = null;
  let isOfThisLife = true;
  return {
    async renew(): Promise<void> {
      if (claim === null || isOfThisLife) return;
      if (!(await parts.takeLease(id, claim))) {
        throw new Error(`${id} has lost its lock: the lease ended, and another case has the target now`);
      }
      isOfThisLife = true;
    },
    isHeld(held: LockClaim | null, ofThisLife: boolean): void {
      [claim, isOfThisLife] = [held, ofThisLife];
    },
  };
}

export function createRestateFlow(context: restate.WorkflowContext, id: string, parts: RestateFlowParts): Flow {
  const { clock, serverMs } = parts;
  const enter = stepJournal(context, id, parts);
  const lock = ownLock(id, parts);
  const deadline = (begun: string, ms: number): string => new Date(Date.parse(begun) + ms).toISOString();
  const doOnce =
    (kind: "step" | "compensation") =>
    async <Answer>(name: string, key: string, work: () => Promise<Answer>): Promise<Answer> => {
      const { answer } = await enter(key, { name, kind }, async () => {
        await lock.renew();
        const found = await work();
        return { answer: found, ended: clock.wallTime() };
      });
      return answer as Answer;
    };
  const finish = (record: StepRecord, rest: Partial<StepRecord>): void => {
    const ended = { ...record, ...rest };
    keepStep(context, ended);
    parts.show(ended);
  };
  return {
    id,
    step: doOnce("step"),
    compensate: doOnce("compensation"),
    async sleep(key, ms) {
      const record = await enter(key, { name: "sleep", kind: "sleep" }, async ({ begun }) => ({
        until: deadline(begun, ms),
      }));
      await context.sleep(serverMs(ms));
      finish(record, { ended: deadline(record.begun, ms), answer: null });
    },
    async awaitApproval(key, ttlMs) {
      const record = await enter(key, { name: "approval", kind: "approval" }, async ({ begun }) => ({
        until: deadline(begun, ttlMs),
      }));
      parts.asks(id, key);
      const answer = await answerTo(context, key, serverMs(ttlMs));
      parts.asks(id, null);
      finish(record, { ended: record.until ?? record.begun, answer });
      return answer;
    },
    async lockTarget(key, claim) {
      let isNew = false;
      const { answer } = await enter(key, { name: "lock", kind: "lock" }, async () => {
        isNew = true;
        await lock.renew();
        return { answer: await parts.takeLease(id, claim), ended: clock.wallTime() };
      });
      if (answer === true) lock.isHeld(claim, isNew);
      return answer === true;
    },
    unlock() {
      lock.isHeld(null, true);
      parts.releaseLease();
    },
  };
}

/** The first that comes: a person's answer, or the end of the time for it. */
async function answerTo(context: restate.WorkflowContext, key: string, ttlMs: number): Promise<Approval> {
  const promise = approvalOf(context, key);
  try {
    return await promise.get().orTimeout(ttlMs);
  } catch (error) {
    if (!(error instanceof restate.TimeoutError)) throw error;
    await takeFirst(promise, { answer: "expired", by: "nobody" });
    return promise.get();
  }
}
