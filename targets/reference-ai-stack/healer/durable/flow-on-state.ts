// One flow over the healer's state: what its steps answered, and how it waits.
import type { Clock } from "../nouns.ts";
import type { Approval, Flow, LockClaim, StepRecord } from "./flow.ts";
import type { Json, State } from "./state.ts";
import type { TargetLock } from "./target-lock.ts";

export interface FlowParts {
  readonly state: State;
  readonly clock: Clock;
  readonly lock: TargetLock;
  /** How an open question is answered, by flow. */
  readonly asking: Map<string, (approval: Approval) => void>;
}

const STEPS = "step";
/** A lock that another flow has is looked at this often, ms. */
const LOCK_LOOK_MS = 100;

/** The steps of a flow in their order; none when it is not known (any more). */
export function stepsOf(state: State, id: string): readonly StepRecord[] {
  return state
    .list(STEPS)
    .map(([, value]) => value as unknown as StepRecord)
    .filter((record) => record.flow === id)
    .toSorted((a, b) => a.seq - b.seq);
}

export function forgetSteps(state: State, id: string): void {
  for (const { key } of stepsOf(state, id)) state.drop(STEPS, `${id} ${key}`);
}

type Mark = Pick<StepRecord, "name" | "kind" | "until">;

/** What is remembered of one flow's steps. */
function stepBook(id: string, { state, clock }: FlowParts) {
  let seq = stepsOf(state, id).length;
  const keep = (record: StepRecord): void => state.put(STEPS, `${id} ${record.key}`, record as unknown as Json);
  return {
    /** The step as it is known, or as it begins now. */
    begin(key: string, mark: Mark): StepRecord {
      const known = state.get(STEPS, `${id} ${key}`) as unknown as StepRecord | undefined;
      if (known !== undefined && known.name !== mark.name) {
        throw new Error(`${id}: the key ${key} is ${known.name}'s and ${mark.name} asks for it`);
      }
      if (known !== undefined) return known;
      seq += 1;
      const record: StepRecord = { flow: id, key, seq, begun: clock.wallTime(), ...mark };
      keep(record);
      return record;
    },
    finish: (record: StepRecord, answer: unknown): void => keep({ ...record, ended: clock.wallTime(), answer }),
    isLastLock: (record: StepRecord): boolean =>
      !stepsOf(state, id).some((later) => later.kind === "lock" && later.seq > record.seq),
  };
}

export function createFlow(id: string, parts: FlowParts): Flow {
  const { clock, lock, asking } = parts;
  const book = stepBook(id, parts);
  const deadline = (ms: number): string => new Date(Date.parse(clock.wallTime()) + ms).toISOString();
  const leftMs = ({ until = "" }: StepRecord): number => Math.max(0, Date.parse(until) - Date.parse(clock.wallTime()));
  const doOnce =
    (kind: "step" | "compensation") =>
    async <Answer>(name: string, key: string, work: () => Promise<Answer>): Promise<Answer> => {
      const record = book.begin(key, { name, kind });
      if (record.ended !== undefined) return record.answer as Answer;
      const answer = await work();
      book.finish(record, answer);
      return answer;
    };
  return {
    id,
    step: doOnce("step"),
    compensate: doOnce("compensation"),
    async sleep(key, ms) {
      const record = book.begin(key, { name: "sleep", kind: "sleep", until: deadline(ms) });
      if (record.ended !== undefined) return;
      await clock.sleep(leftMs(record));
      book.finish(record, null);
    },
    async awaitApproval(key, ttlMs) {
      const record = book.begin(key, { name: "approval", kind: "approval", until: deadline(ttlMs) });
      if (record.ended !== undefined) return record.answer as Approval;
      return new Promise<Approval>((resolve) => {
        const take = (approval: Approval): void => {
          if (!asking.delete(id)) return;
          book.finish(record, approval);
          resolve(approval);
        };
        asking.set(id, take);
        void clock.sleep(leftMs(record)).then(() => take({ answer: "expired", by: "nobody" }));
      });
    },
    async lockTarget(key, claim) {
      const record = book.begin(key, { name: "lock", kind: "lock" });
      if (record.ended === undefined) {
        const isMine = await takeLock(id, claim, parts);
        book.finish(record, isMine);
        return isMine;
      }
      if (record.answer === true && book.isLastLock(record) && !(await takeLock(id, claim, parts))) {
        throw new Error(`${id} has lost its lock: the lease ended, and another case has the target now`);
      }
      return record.answer === true;
    },
    unlock: () => lock.release(id),
  };
}

/** True once the flow has the targets; false when others have them until the claim's patience ends. */
async function takeLock(id: string, { targets, leaseMs, waitMs }: LockClaim, parts: FlowParts): Promise<boolean> {
  const { clock, lock } = parts;
  const now = (): number => Date.parse(clock.wallTime());
  const until = now() + waitMs;
  while (!lock.take(targets, { holder: id, now: now(), leaseMs })) {
    if (now() >= until) return false;
    await clock.sleep(LOCK_LOOK_MS);
  }
  return true;
}
