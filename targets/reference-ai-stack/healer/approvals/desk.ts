// Where people's answers come in. An answer counts only for the question that was asked, for the plan that was shown,
// in time, and once a person; all else is refused and written into the audit. Questions and answers outlive the healer.
import type { Approval, Engine } from "../durable/flow.ts";
import type { Json, State } from "../durable/state.ts";
import type { AuditFields } from "../governance/audit-chain.ts";
import type { Clock } from "../nouns.ts";
import type { Question } from "./question.ts";

/** What a person sends, and who it is. */
export interface GivenAnswer {
  readonly answer: "granted" | "denied";
  readonly by: string;
  readonly plan: string;
  readonly nonce: string;
}

type Taken =
  | { readonly ok: true; readonly decided: boolean; readonly missing: number }
  | { readonly ok: false; readonly status: 403 | 404 | 409 | 410; readonly why: string };

/** A question with what became of it. */
interface KeptQuestion extends Question {
  readonly given: readonly { readonly by: string; readonly answer: GivenAnswer["answer"]; readonly at: string }[];
  readonly outcome: "open" | Approval["answer"];
}

export interface ApprovalDesk {
  /** The flow of the question waits from now on; what was answered while it did not is handed to it. */
  open(question: Question): void;
  /** It was decided, or expired. */
  close(nonce: string, outcome: Approval["answer"]): void;
  /** What people who were let in have decided of that question, for that plan; null: nothing. */
  decided(nonce: string, plan: string): Approval | null;
  /** Resolves once the answer, or its refusal, is in the audit. */
  take(incident: string, given: GivenAnswer): Promise<Taken>;
  /** Newest first, a bounded number. */
  questions(): readonly KeptQuestion[];
}

export interface ApprovalDeskParts {
  readonly state: State;
  readonly clock: Clock;
  readonly audit: { record(fields: AuditFields): Promise<void> };
  /** Whose flows wait; one that does not wait (yet) does not take an answer. */
  readonly engine: Pick<Engine<never>, "answer">;
}

const ROOM = "question";
const KEPT = 200;
/** A flow that does not wait yet is asked again at this period, ms. */
const AGAIN_MS = 50;

export function createApprovalDesk(parts: ApprovalDeskParts): ApprovalDesk {
  const { state, clock, audit } = parts;
  const get = (nonce: string): KeptQuestion | undefined =>
    state.get(ROOM, nonce) as unknown as KeptQuestion | undefined;
  const keep = (kept: KeptQuestion): void => state.put(ROOM, kept.nonce, kept as unknown as Json);
  const all = (): KeptQuestion[] =>
    state
      .list(ROOM)
      .map(([, value]) => value as unknown as KeptQuestion)
      .toSorted((a, b) => Date.parse(b.asked) - Date.parse(a.asked));
  const isOver = ({ expires }: Question): boolean => Date.parse(clock.wallTime()) >= Date.parse(expires);

  async function deliver(nonce: string): Promise<void> {
    for (let kept = get(nonce); kept?.outcome === "open"; kept = get(nonce)) {
      const decision = decisionOf(kept);
      if (decision === null || (await parts.engine.answer(kept.incident, decision)) || isOver(kept)) return;
      await clock.sleep(AGAIN_MS);
    }
  }

  /** An earlier life may have died before it had written down what it was given. */
  async function resume({ nonce, incident, plan, given }: KeptQuestion): Promise<void> {
    for (const { by, answer } of given) await audit.record(givenRecord({ by, answer, plan, nonce }, incident));
    await deliver(nonce);
  }

  return {
    open(question) {
      const known = get(question.nonce);
      if (known === undefined) {
        keep({ ...question, given: [], outcome: "open" });
        for (const old of all().slice(KEPT)) state.drop(ROOM, old.nonce);
      } else if (known.outcome === "open") void resume(known);
    },
    close(nonce, outcome) {
      const known = get(nonce);
      if (known !== undefined) keep({ ...known, outcome });
    },
    decided(nonce, plan) {
      const known = get(nonce);
      return known?.plan === plan ? decisionOf(known) : null;
    },
    async take(incident, given) {
      const known = get(given.nonce);
      const refusal = refusalOf(incident, given, known, known !== undefined && isOver(known));
      const { by, answer, plan, nonce } = given;
      const about = { incident, answer, plan, nonce };
      if (known === undefined || refusal !== null) {
        const { status, why } = refusal ?? NO_QUESTION;
        await audit.record({ principal: by, what: "approval.refused", ...about, why });
        return { ok: false, status, why };
      }
      const next = { ...known, given: [...known.given, { by, answer, at: clock.wallTime() }] };
      keep(next);
      await audit.record(givenRecord(given, incident));
      const decision = decisionOf(next);
      void deliver(nonce);
      const grants = next.given.filter((one) => one.answer === "granted").length;
      return { ok: true, decided: decision !== null, missing: decision === null ? next.approvals - grants : 0 };
    },
    questions: all,
  };
}

function givenRecord({ by, answer, plan, nonce }: GivenAnswer, incident: string): AuditFields {
  return { principal: by, what: "approval.given", event: `${nonce}/${by}`, incident, answer, plan, nonce };
}

/** One denial decides; else as many grants as the question needs. */
function decisionOf({ given, approvals }: KeptQuestion): Approval | null {
  const denial = given.find(({ answer }) => answer === "denied");
  if (denial !== undefined) return { answer: "denied", by: denial.by };
  if (given.length < approvals) return null;
  return { answer: "granted", by: given.map(({ by }) => by).join(" and ") };
}

type Refusal = { readonly status: 403 | 404 | 409 | 410; readonly why: string };
const NO_QUESTION: Refusal = { status: 403, why: "no question of that nonce was asked" };

function refusalOf(
  incident: string,
  given: GivenAnswer,
  known: KeptQuestion | undefined,
  over: boolean,
): Refusal | null {
  if (known === undefined) return NO_QUESTION;
  if (known.incident !== incident) return { status: 403, why: "the nonce is of another incident's question" };
  if (known.plan !== given.plan)
    return { status: 409, why: "the answer is for another plan than the one that was asked" };
  if (known.outcome !== "open" && known.outcome !== "expired") {
    return { status: 409, why: `the question was ${known.outcome} before` };
  }
  if (known.outcome === "expired" || over) return { status: 410, why: `the question expired at ${known.expires}` };
  const mine = known.given.find(({ by }) => by === given.by);
  if (mine !== undefined) return { status: 409, why: `${given.by} has answered already, and somebody else is needed` };
  return decisionOf(known) === null ? null : { status: 409, why: "the question was answered before" };
}
