// What a person is asked: one plan, once. The answer names the plan by its hash, and the question by its nonce, so that
// leave for one plan is none for another, and no answer counts twice.
import { createHash } from "node:crypto";
import { canonical } from "../governance/audit-chain.ts";
import type { Incident, Remedy } from "../nouns.ts";
import type { ActingPathway } from "../pathways/pathway.ts";
import type { Needs } from "../decision/policy.ts";

/** A question as it is remembered. */
export interface Question {
  /** Random; names the question for ever. */
  readonly nonce: string;
  readonly incident: string;
  readonly pathway: string;
  /** The target in one word. */
  readonly target: string;
  /** SHA-256, hex, of what would be done. */
  readonly plan: string;
  readonly approvals: number;
  readonly safeDefault: Needs["safeDefault"];
  /** Data whose tags ask for it. */
  readonly tags: readonly string[];
  /** ISO 8601. */
  readonly asked: string;
  readonly expires: string;
}

/** Of all that decides what would be touched, and how: incident, pathway with its steps, target, means. */
export function planHash(incident: Incident, remedy: Remedy, pathway: ActingPathway): string {
  const steps = pathway.steps.map(({ name }) => name);
  const plan = { incident: incident.id, scope: incident.scope, ...remedy, steps };
  return createHash("sha256").update(canonical(plan)).digest("hex");
}
