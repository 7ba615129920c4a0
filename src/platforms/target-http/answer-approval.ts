// Gives a person's answer to what the healer asks, by the API that target.yaml names.

import { approvalRequest, type Answered, type ApprovalAnswer, type ApprovalsSpec } from "../../core/approvals.ts";
import { ask } from "../../lib/ask.ts";

/** Longest answer that is read to its end, bytes; it is not kept. */
const longestAnswer = 1024 * 1024;

interface Approvers {
  /** Their tokens, one a person; never written anywhere. */
  readonly approvers: readonly string[];
  /** Hosts other than this machine that may be asked. */
  readonly allows: (host: string) => boolean;
  readonly signal: AbortSignal;
}

/** Asks once: an answer that was sent twice would be another answer. `spec.url` has its ports filled in. */
export async function answerApproval(
  spec: ApprovalsSpec,
  answer: ApprovalAnswer,
  { approvers, allows, signal }: Approvers,
): Promise<Answered> {
  const approver = approvers[answer.person - 1];
  if (approver === undefined) return { ok: false, says: `there is no approver ${answer.person}` };
  const { url, headers, body } = approvalRequest(spec, answer, approver);
  const asked = await ask(url, {
    method: spec.method,
    headers: { "content-type": "application/json", ...headers },
    body,
    timeoutMs: spec.timeoutMs,
    longest: longestAnswer,
    statusOnly: true,
    signal,
    allows,
  });
  if (!asked.ok) return { ok: false, says: asked.says };
  return { ok: asked.status >= 200 && asked.status <= 299, says: `answered ${asked.status}` };
}
