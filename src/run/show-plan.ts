// What `rebound plan` shows of the chosen intents: the plan, or how many trials a claim takes; for people or programs.

import { HarnessError } from "../core/errors.ts";
import { describePlans } from "../plan/describe.ts";
import { describeStopping } from "../plan/describe-stopping.ts";
import { describeTouched } from "../plan/describe-touched.ts";
import type { PlanFormat } from "../plan/formats.ts";
import { mermaidDraws, mermaidTimeline } from "../plan/mermaid.ts";
import { touchedBy } from "../plan/touched.ts";
import { claimLines } from "../report/claim-text.ts";
import { readShareClaim } from "../verdict/share-claim.ts";
import { trialsForClaim } from "../verdict/trials-for-claim.ts";
import type { Choice } from "./choose.ts";
import { faultTable } from "./compose/trial-stack.ts";
import { choose } from "./select.ts";
import { stopFileOf } from "./stopping/stop-file.ts";
import type { SelectOptions } from "./overrides.ts";

export interface PlanOptions extends SelectOptions {
  /** Short for the format json. */
  readonly json?: boolean;
  readonly format?: PlanFormat;
  /** Asks how many trials it takes, instead of for the plan. */
  readonly claim?: string;
}

/** Lines for people, or a value for programs; and what is to be known of them. */
interface ShownPlan {
  readonly shown: { readonly lines: readonly string[] } | { readonly json: unknown };
  readonly notes: readonly string[];
}

/** Throws HarnessError "bad-input" for what is asked wrongly, and whatever choosing throws. */
export async function showPlan(files: readonly string[], options: PlanOptions): Promise<ShownPlan> {
  const format = formatOf(options);
  if (options.claim !== undefined) return showClaim(options.claim, format, files, options);
  const choice = await choose(files, options);
  if (format === "json") return { shown: { json: choice.plans }, notes: [] };
  return format === "mermaid" ? asMermaid(choice) : { shown: { lines: wordsOf(choice) }, notes: [] };
}

function formatOf({ json, format, claim }: PlanOptions): PlanFormat {
  if (json === true && format !== undefined && format !== "json")
    throw new HarnessError("bad-input", `--json and --format ${format} together`, { hint: "give one of them" });
  if (claim !== undefined && format === "mermaid")
    throw new HarnessError("bad-input", "--claim has no timeline", { hint: "give --format text or json with it" });
  return json === true ? "json" : (format ?? "text");
}

function wordsOf(choice: Choice): readonly string[] {
  const touched = describeTouched(touchedBy(choice, faultTable), [stopFileOf(), "stop in the folder of the run"]);
  return [touched, "", describePlans(choice.plans), ...describeStopping(choice.intents)];
}

function asMermaid({ plans }: Choice): ShownPlan {
  const text = mermaidTimeline(plans);
  const long = `${text.length} characters; Mermaid draws ${mermaidDraws}, unless its maxTextSize says more`;
  return { shown: { lines: text.trimEnd().split("\n") }, notes: text.length > mermaidDraws ? [long] : [] };
}

/** Where intents are named, of each of them. */
async function showClaim(
  claim: string,
  format: PlanFormat,
  files: readonly string[],
  options: PlanOptions,
): Promise<ShownPlan> {
  const read = readShareClaim(claim);
  const isNamed = files.length > 0 || options.suite !== undefined;
  const answer = trialsForClaim(read, isNamed ? (await choose(files, options)).plans : []);
  return { shown: format === "json" ? { json: answer } : { lines: claimLines(answer, claim) }, notes: [] };
}
