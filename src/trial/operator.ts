// The scripted operator: hears the healer ask for approval, waits as long as the script says, and answers by the
// target's own API, once a question. What came of it is written down; the healer's word on it is a claim like others.

import type { Answered, ApprovalAnswer } from "../core/approvals.ts";
import { messageOf } from "../core/errors.ts";
import type { OperatorScript } from "../records/plan.ts";
import type { ClaimEvent } from "../records/timeline/feed.ts";
import { pause } from "./pause.ts";
import type { Emit, TrialClock } from "./ports.ts";

/** Questions that are answered in one trial at most: who asks more often than this asks for nothing. */
const mostQuestions = 100;

export interface OperatorParts {
  readonly script: OperatorScript | undefined;
  /** Absent where the target does not say how. */
  readonly answer: ((answer: ApprovalAnswer, signal: AbortSignal) => Promise<Answered>) | undefined;
  readonly clock: TrialClock;
  readonly record: Emit;
  /** Nothing is answered after it. */
  readonly signal: AbortSignal;
}

/** Hears claims, each with the whole `data` of its event. */
export type Operator = (event: ClaimEvent, data: Readonly<Record<string, unknown>>) => void;

/** An operator for one trial; one without a script, or who is absent, hears and does nothing. */
export function makeOperator({ script, answer, clock, record, signal }: OperatorParts): Operator {
  const heard = new Set<string>();
  if (script === undefined || script.does === "absent" || answer === undefined) return () => undefined;
  const { does, afterMs, people } = script;
  const answerTo = async ({ at, claim }: ClaimEvent, asked: Readonly<Record<string, unknown>>): Promise<void> => {
    await pause(at + afterMs - clock.now(), signal);
    const { incident, pathway, id: question } = claim;
    for (let person = 1; person <= people && !signal.aborted; person += 1) {
      const from = clock.now();
      const { ok, says } = await answer({ does, person, incident, pathway: pathway ?? "", asked }, signal);
      const about = { question, incident, ...(pathway !== undefined && { pathway }), does, person };
      record({ kind: "operator", at: clock.now(), from, ...about, ok, reason: says });
    }
  };
  return (event, data) => {
    const { type, id } = event.claim;
    if (type !== "approval.requested" || heard.has(id) || heard.size >= mostQuestions) return;
    heard.add(id);
    void answerTo(event, data).catch((thrown: unknown) =>
      record({ kind: "trouble", where: "operator", reason: messageOf(thrown), fatal: true }),
    );
  };
}
