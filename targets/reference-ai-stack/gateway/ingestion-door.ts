// Hands a document of a user over to the ingestion, which answers once it is published.
import { chatError } from "../common/chat-request.ts";
import { askJson } from "../healer/telemetry/http-json.ts";

/** Longer than the ingestion waits itself, ms. */
const WITHIN_MS = 10_000;

/** Answers as the ingestion does, and 503 when it does not. */
export async function handOver(
  document: { readonly id: string; readonly title: string; readonly text: string },
  port: number,
): Promise<{ readonly status: 201 | 400 | 409 | 413 | 503; readonly body: object }> {
  const call = { port, path: "/documents", method: "POST" as const, body: document };
  const answer = await askJson({ ...call, timeoutMs: WITHIN_MS });
  if (answer.kind !== "answered") return { status: 503, body: chatError(`not stored: ${answer.says}`, "unavailable") };
  const { status, body, text } = answer;
  const isFinal = status === 201 || status === 400 || status === 409 || status === 413;
  if (isFinal && typeof body === "object" && body !== null) return { status, body };
  return { status: 503, body: chatError(`not stored: ${status} ${text.slice(0, 200)}`, "unavailable") };
}
