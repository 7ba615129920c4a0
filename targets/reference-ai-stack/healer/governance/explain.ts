// Why an incident went as it did, in plain words, from what its case remembers: signals, rule, history, and what was
// not chosen. Nothing is looked up anew, so the explanation is the same later.
import { pathInWords } from "../classification/trace.ts";
import type { Decision } from "../decision/decide.ts";
import type { FlowRecord, StepRecord } from "../durable/flow.ts";
import type { Diagnosis, Evidence, Outcome } from "../nouns.ts";
import type { PathwayBook } from "../pathways/book.ts";
import type { Found } from "../stage-parts.ts";
import type { SaidEvent } from "./journal.ts";

export interface Explanation {
  readonly incident: string;
  readonly where: string;
  /** How it ended; "open" while it is under way. */
  readonly outcome: string;
  readonly begun: string;
  readonly ended?: string;
  /** What was seen. */
  readonly signals: readonly string[];
  /** What it was taken for, and what else it might have been. */
  readonly diagnosis: readonly string[];
  /** Signals, edges and changes that led to the root; absent in cases of earlier versions. */
  readonly evidence?: Evidence;
  /** The evidence path in one sentence. */
  readonly path?: string;
  readonly attempts: readonly ExplainedAttempt[];
}

interface ExplainedAttempt {
  readonly pathway: string;
  /** The rule, the guards, and what worked before. */
  readonly reasons: readonly string[];
  /** What was not chosen, and why. */
  readonly rejected: readonly string[];
  /** Each step with what came of it. */
  readonly steps: readonly string[];
  /** What was looked at afterwards, and what it showed; empty when nothing was done. */
  readonly proof: readonly string[];
}

/** `steps` in their order. Pure. */
export function explain(flow: FlowRecord<Found>, steps: readonly StepRecord[], pathways: PathwayBook): Explanation {
  const { id, input, begun, ended, outcome = "open" } = flow;
  const { scope, signals } = input.incident;
  const diagnosis = steps.find(({ key }) => key === "classify")?.answer as Diagnosis | undefined;
  const { evidence } = diagnosis ?? {};
  const decisions = steps.filter(({ name, ended: done }) => name === "decide" && done !== undefined);
  return {
    incident: id,
    where: scope.replica ?? scope.service,
    outcome,
    begun,
    ...(ended !== undefined && { ended }),
    signals: signals.map(({ name, says }) => `${name}: ${says}`),
    diagnosis: diagnosis === undefined ? [] : diagnosed(diagnosis, pathways),
    ...(evidence && { evidence, path: pathInWords(evidence) }),
    attempts: decisions.map(({ key, answer }) => {
      const number = key.split(" ")[0] ?? "";
      const own = steps.filter((step) => step.key.startsWith(`${number} `));
      return attempt(answer as Decision, own, { diagnosis, pathways });
    }),
  };
}

function diagnosed({ class: name, confidence, runnersUp }: Diagnosis, pathways: PathwayBook): readonly string[] {
  const other = runnersUp.map((one) => {
    const answer = listOf(pathways.answersTo(one.class).map(({ name: pathway }) => pathway));
    return `${one.class} was less likely (${percent(one.confidence)}); ${answer} would have answered it`;
  });
  return [`taken for ${name} (${percent(confidence)})`, ...other];
}

interface Known {
  readonly diagnosis: Diagnosis | undefined;
  readonly pathways: PathwayBook;
}

function attempt(decision: Decision, steps: readonly StepRecord[], known: Known): ExplainedAttempt {
  const said = steps.filter(({ name }) => name.startsWith("say ")).map(({ answer }) => answer as SaidEvent | undefined);
  const proof = said.filter((one) => one?.type === "verified");
  const acted = steps.filter((step) => step.kind === "compensation" || isAction(step, decision, known.pathways));
  const approval = said.filter((one) => one?.type.startsWith("approval.") === true);
  return {
    pathway: decision.pathway,
    reasons: [...decision.reasons, ...approval.flatMap((one) => one?.detail.reasons ?? [])],
    rejected: rejectedBy(decision),
    steps: acted.map(({ name, answer, ended }) => {
      const { outcome, says } = (answer as Outcome | undefined) ?? { outcome: "under way", says: "no answer yet" };
      return `${name}: ${outcome}${ended === undefined ? "" : ` at ${ended}`}, ${says}`;
    }),
    proof: proof.map((one) => `${one?.detail.outcome ?? ""}: ${one?.detail.reasons.join("; ") ?? ""}`),
  };
}

function isAction({ name }: StepRecord, { remedy }: Decision, pathways: PathwayBook): boolean {
  return remedy !== null && pathways.acting(remedy.pathway).steps.some((step) => step.name === name);
}

/** Alternatives with what spoke against them; decisions of earlier versions did not keep them. */
function rejectedBy({ rejected = [] }: Decision): readonly string[] {
  return rejected.map(({ pathway, means, why }) => `${pathway}${means === undefined ? "" : ` by ${means}`}: ${why}`);
}

function listOf(names: readonly string[]): string {
  return names.join(" or ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
