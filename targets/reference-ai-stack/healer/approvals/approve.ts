// The stage between decision and action: where the policy wants a person's leave, asks for it, and waits.
import { randomBytes } from "node:crypto";
import type { Decision } from "../decision/decide.ts";
import type { Needs } from "../decision/policy.ts";
import { targetKey } from "../decision/reach.ts";
import type { Approval } from "../durable/flow.ts";
import type { Remedy } from "../nouns.ts";
import { keyOf, say } from "../orchestration/attempt.ts";
import type { Attempt } from "../orchestration/attempt.ts";
import type { LoopParts } from "../stage-parts.ts";
import { planHash, type Question } from "./question.ts";

/** The question ends before the flow's waiting does, so that an answer which was taken in time always counts, ms. */
const GRACE_MS = 500;

/** Null: go on; else how the case ends. */
export async function approve(parts: LoopParts, attempt: Attempt, decision: Decision): Promise<Decision | null> {
  const { remedy, needs } = decision;
  if (remedy === null || needs === undefined) return null;
  const { flow, incident } = attempt;
  const plan = planHash(incident, remedy, parts.pathways.acting(remedy.pathway));
  const question = await flow.step("ask", keyOf(attempt, "ask"), async () => askFor(parts, attempt, { remedy, needs }));
  // What would be done now is not what the person was shown: nothing is done.
  if (question.plan !== plan)
    return unapproved(decision, "denied", "the plan has changed since approval was asked for");
  parts.approvals.open(question);
  const { pathway, nonce, expires } = question;
  const shown = { pathway, plan, nonce, expires };
  await say(attempt, parts, "approval.requested", { ...shown, needs, reasons: [asking(needs)] });
  const heard = await flow.awaitApproval(keyOf(attempt, "approval"), needs.expiresMs + GRACE_MS);
  const { answer, by, says } = await confirm(parts, attempt, question, heard);
  parts.approvals.close(nonce, answer);
  await say(attempt, parts, `approval.${answer}`, { ...shown, by, reasons: [says] });
  return answer === "granted" ? null : unapproved(decision, answer, says);
}

type Confirmed = Approval & { readonly says: string };

/**
 * An engine hears whoever reaches it, and knows no people: a grant counts only when the desk has it from as many as the
 * question needs. A step, so that the case goes the same way again after a restart.
 */
async function confirm(
  { approvals }: LoopParts,
  attempt: Attempt,
  { nonce, plan }: Question,
  { answer, by }: Approval,
): Promise<Confirmed> {
  if (answer !== "granted") return { answer, by, says: `${answer} by ${by}` };
  return attempt.flow.step("confirm", keyOf(attempt, "confirm"), async (): Promise<Confirmed> => {
    const decided = approvals.decided(nonce, plan);
    if (decided !== null) return { ...decided, says: `${decided.answer} by ${decided.by}` };
    return { answer: "denied", by: "nobody", says: "denied: a grant came past the approvals, and nobody has given it" };
  });
}

interface Asked {
  readonly remedy: Remedy;
  readonly needs: Needs;
}

function askFor({ clock, pathways }: LoopParts, { incident }: Attempt, { remedy, needs }: Asked): Question {
  const asked = clock.wallTime();
  return {
    nonce: randomBytes(16).toString("hex"),
    incident: incident.id,
    pathway: remedy.pathway,
    target: targetKey(remedy.target),
    plan: planHash(incident, remedy, pathways.acting(remedy.pathway)),
    approvals: needs.approvals,
    safeDefault: needs.safeDefault,
    tags: needs.tags,
    asked,
    expires: new Date(Date.parse(asked) + needs.expiresMs).toISOString(),
  };
}

function asking({ approvals, expiresMs, tags }: Needs): string {
  const people = approvals === 1 ? "a person grants" : `${approvals} different people grant`;
  const why = tags.length === 0 ? "the risk is high" : `it changes data tagged ${tags.join(", ")}`;
  return `${why}: not done unless ${people} it within ${expiresMs / 1000} s`;
}

/** What nobody answered ends as the policy wants it; what was denied goes to a person. */
function unapproved(decision: Decision, answer: Approval["answer"], says: string): Decision {
  const isHeld = answer === "expired" && decision.needs?.safeDefault === "hold";
  const ends = isHeld ? "held" : "escalated";
  return { ...decision, remedy: null, pathway: isHeld ? "hold" : "escalate", reasons: [says], ends };
}
