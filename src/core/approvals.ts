// How a person answers what a healer asks, by the target's own API. The tokens are made anew at each start, and are
// known to the platform and to the stack alone.

import { fillJson, fillText, type Row } from "./dataset.ts";
import { exactJsonText, type Written } from "./exact-json.ts";
import type { Ms } from "./units.ts";

/** What target.yaml says of it; `{incident} {pathway} {answer} {approver} {asked.<field>}` are filled in. */
export interface ApprovalsSpec {
  readonly url: string;
  readonly method: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Written;
  readonly timeoutMs: Ms;
  /** Variables through which the stack is told the tokens of those who may answer, one a person. */
  readonly tokenEnvs: readonly [string, ...string[]];
  /** What `{answer}` is. */
  readonly words: Readonly<Record<"approve" | "deny", string>>;
}

/** One person's answer to one question. */
export interface ApprovalAnswer {
  readonly does: "approve" | "deny";
  /** Counts from 1. */
  readonly person: number;
  readonly incident: string;
  readonly pathway: string;
  /** `data` of the event that asks. */
  readonly asked: Readonly<Record<string, unknown>>;
}

/** What the target made of an answer. */
export interface Answered {
  /** It was taken: a status of 2xx. */
  readonly ok: boolean;
  /** In a few words, without a secret. */
  readonly says: string;
}

/** The request that gives the answer; `approver` is that person's token. */
export function approvalRequest(
  spec: ApprovalsSpec,
  { does, incident, pathway, asked }: ApprovalAnswer,
  approver: string,
): { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const fields = Object.entries(asked).flatMap(([name, value]): [string, Written][] =>
    isPlain(value) ? [[`asked.${name}`, value]] : [],
  );
  const row: Row = { ...Object.fromEntries(fields), incident, pathway, answer: spec.words[does], approver };
  const headers = Object.entries(spec.headers).map(([name, text]) => [name, fillText(text, row, oneLine)] as const);
  return {
    url: fillText(spec.url, row, encodeURIComponent),
    headers: Object.fromEntries(headers),
    body: exactJsonText(fillJson(spec.body, row)),
  };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** What a stack publishes must not make a header of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "");
}
