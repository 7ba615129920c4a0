// The last question before an action that had to wait: would it be decided like this now? While people are asked,
// others are repaired, peers go bad, and the policy may be another one. Pure.
import type { Diagnosis, Incident, Remedy } from "../nouns.ts";
import { chainIn } from "./chains.ts";
import { aboutOf, escalated, refuse, termsAt } from "./decide.ts";
import type { Decision, DecisionContext } from "./decide.ts";

/** Null: it may be done. Else how the case ends: a person is called with what stands in the way now. */
export function stillAllowed(
  decision: Decision,
  incident: Incident,
  diagnosis: Diagnosis,
  context: DecisionContext,
): Decision | null {
  const { remedy, policy } = decision;
  if (remedy === null) return null;
  const why = standsInTheWay(decision, remedy, aboutOf(incident, diagnosis, context), context);
  if (why === null) return null;
  const reason = `${remedy.pathway} was decided and is not done any more: ${why}`;
  return { ...escalated([reason], [{ pathway: remedy.pathway, means: remedy.means, why }]), ...(policy && { policy }) };
}

function standsInTheWay(
  { needs }: Decision,
  { pathway: name, target, means, found }: Remedy,
  about: ReturnType<typeof aboutOf>,
  context: DecisionContext,
): string | null {
  const { policy, now } = context;
  if (policy === null) return "no policy is in force";
  const chain = chainIn(about.counted, about.signature, now);
  if (chain !== null) return `a chain of remedies that does not help: ${chain}`;
  const pathway = context.pathways.acting(name);
  const terms = termsAt(pathway, target, about, { ...context, policy });
  if (context.dryRun || terms.mode === "advise") return "only advice is wanted now";
  const refusal = refuse({ pathway, terms }, target, about, context);
  if (refusal !== null) return refusal;
  const [asked, granted] = [terms.needs?.approvals ?? 0, needs?.approvals ?? 0];
  if (asked > granted) return `policy ${policy.version} asks for ${asked} approvals now, and it had ${granted}`;
  const seen = context.found[`${name}/${means}`] ?? null;
  if (found === undefined || seen === found) return null;
  const way = pathway.ways.find((one) => one.name === means);
  if (seen !== null && way?.isStillFit?.(found, seen) === true) return null;
  return `${found}, which it needs, is not fit for it any more`;
}
