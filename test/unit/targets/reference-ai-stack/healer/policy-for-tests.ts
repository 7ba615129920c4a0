// The policy that is shipped, and policies that differ from it in one place.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Policy } from "../../../../../targets/reference-ai-stack/healer/decision/policy.ts";
import { readPolicy } from "../../../../../targets/reference-ai-stack/healer/decision/read-policy.ts";
import { PATHWAYS } from "../../../../../targets/reference-ai-stack/healer/pathways/table.ts";

const stack = resolve(import.meta.dirname, "../../../../../targets/reference-ai-stack");
export const POLICY_TEXT = readFileSync(join(stack, "healer/policy.yaml"), "utf8");

/** The shipped policy with one text of its file replaced. */
export function policyWith(change: { readonly from: string; readonly to: string } = { from: "", to: "" }): Policy {
  const text = POLICY_TEXT.replace(change.from, change.to);
  if (change.from !== "" && text === POLICY_TEXT) throw new Error(`the policy does not say ${change.from}`);
  const read = readPolicy(Buffer.from(text), "policy.yaml", { pathways: PATHWAYS });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.policy;
}

/** The policy in that file of the healer's folder. */
export function policyIn(file: string): Policy {
  const read = readPolicy(readFileSync(join(stack, "healer", file)), file, { pathways: PATHWAYS });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.policy;
}
