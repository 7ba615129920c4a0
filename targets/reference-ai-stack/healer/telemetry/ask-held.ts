// What a vector replica holds: of all documents in parts, and of some parts each document.
import type { Eyes } from "../nouns.ts";
import type { HeldDocument } from "./vector-views.ts";
import { NUMBERS } from "../numbers.ts";
import { askJson } from "./http-json.ts";
import { listAt, readHoldings } from "./read-answer.ts";

const limit = { timeoutMs: NUMBERS.timeoutMs.holdings, kept: true } as const;

/** `GET /records/held`. */
export const askHoldings: Eyes["holdings"] = async (port) => {
  const answer = await askJson({ port, path: "/records/held", ...limit });
  return answer.kind === "answered" && answer.status === 200 ? readHoldings(answer.body) : null;
};

/** `GET /records/held?part=n` for each; null where one of them was not seen. */
export const askHeld: Eyes["held"] = async (port, parts) => {
  const documents: HeldDocument[] = [];
  for (const part of parts) {
    const answer = await askJson({ port, path: `/records/held?part=${part}`, ...limit });
    const read = answer.kind === "answered" && answer.status === 200 ? readHeld(answer.body) : null;
    if (read === null) return null;
    documents.push(...read);
  }
  return documents;
};

/** The documents in the body, or null when it has not that shape. */
export function readHeld(body: unknown): readonly HeldDocument[] | null {
  const listed = listAt(body, "documents");
  const documents = listed?.flatMap(({ document, version, isThere, withdrawn = [] }) =>
    typeof document === "string" && typeof version === "number" && typeof isThere === "boolean" && areNumbers(withdrawn)
      ? [{ document, version, isThere, withdrawn }]
      : [],
  );
  return documents === undefined || documents.length !== listed?.length ? null : documents;
}

function areNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === "number");
}
