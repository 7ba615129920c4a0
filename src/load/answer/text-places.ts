// Where in a JSON answer the texts stand that are too long to be kept: they go to the facts piece by piece.

import type { JsonPath } from "./abridged-json.ts";
import type { AnswerFacts } from "./answer-facts.ts";
import { isFields } from "./error-shapes.ts";

/** The key of the only text of an answer that has no choices. */
export const ONE_TEXT = "text";
/** The key of texts that are told again as a whole, one after the other. */
export const RETOLD = "retold";

const texts = new Set(["content", "text", "refusal", "transcript", "response", "output_text"]);
const thoughts = new Set(["reasoning", "reasoning_content", "thinking"]);
/**
 * Members of the root below which answers are told, in all protocols. Others retell what was asked, or tell of sources.
 */
const roots = new Set([
  "choices",
  "delta",
  "content_block",
  "message",
  "content",
  "item",
  "part",
  "output",
  "response",
]);
/** Events of Responses that retell the request. */
const begins = /^response\.(?:created|queued|in_progress)$/;
const thoughtTypes = new Set(["thinking", "reasoning", "reasoning_text", "summary_text"]);
const jsonPieces = new Set(["arguments", "partial_json"]);

/** Who takes the text that begins at that place; undefined: nobody, it is no part of an answer. */
export function textTaker(facts: AnswerFacts, path: JsonPath, root: unknown): ((piece: string) => void) | undefined {
  const last = path.at(-1);
  const event = eventNameOf(root);
  if (typeof last !== "string" || !isInAnswer(path, event)) return undefined;
  const isText = texts.has(last) || last === "delta";
  const parts = typesOnTheWay(path, root);
  // What a tool of the server's found is no text of the answer.
  if (parts.some((type) => type.endsWith("_result"))) return undefined;
  const isBelowThought =
    event.includes("reasoning") ||
    path.some((key) => key === "reasoning" || key === "summary" || key === "thinking") ||
    parts.some((type) => thoughtTypes.has(type));
  if (thoughts.has(last) || (isText && isBelowThought)) {
    return (piece) => facts.reasoning(piece);
  }
  if (jsonPieces.has(last) || (last === "delta" && /(?:function|mcp)_call_arguments/.test(event))) {
    const { key, id } = callAt(path, root, event);
    if (isRetold(path, event)) facts.calls.restart(key);
    facts.thing();
    return (piece) => facts.callPiece(key, { id }, piece);
  }
  if (!isText) return undefined;
  // What a tool is given is no text of the answer.
  if (path.slice(0, -1).some((key) => key === "input" || key === "arguments")) return undefined;
  const key = textKeyAt(path, root);
  if (key === RETOLD) facts.restartText(key);
  return (piece) => facts.text(key, piece);
}

/** False of errors, of figures, and of what retells the request. */
function isInAnswer(path: JsonPath, event: string): boolean {
  if (path.includes("error") || path.includes("usage") || begins.test(event)) return false;
  return roots.has(String(path[0])) || isKnownAtRoot(path, event);
}

/** Told at the root: what events such as `response.output_text.done` tell as a whole, and Ollama's thinking. */
function isKnownAtRoot(path: JsonPath, event: string): boolean {
  const [first] = path;
  return path.length === 1 && (event.endsWith(".done") || first === "thinking");
}

function eventNameOf(root: unknown): string {
  const type = isFields(root) ? root["type"] : undefined;
  return typeof type === "string" ? type : "";
}

/** Members of the elements that lie on the way there, from the root. */
function onTheWay(path: JsonPath, root: unknown): unknown[] {
  const seen: unknown[] = [root];
  for (const key of path.slice(0, -1)) {
    const at = seen.at(-1) as Readonly<Record<string | number, unknown>> | undefined;
    seen.push(typeof at === "object" && at !== null ? at[key] : undefined);
  }
  return seen;
}

/** The types of the parts, blocks and items in which that place lies. */
function typesOnTheWay(path: JsonPath, root: unknown): string[] {
  if (path.length < 3) return [];
  const holders = onTheWay(path, root).slice(1).filter(isFields);
  return holders.flatMap(({ type }) => (typeof type === "string" ? [type] : []));
}

/** Texts that follow one another are one text; what tells a text a second time (events of Responses) is another. */
function textKeyAt(path: JsonPath, root: unknown): number | string {
  const [first, place] = path;
  if (first === "choices" && typeof place === "number") return choiceAt(place, path, root);
  return isRetold(path, eventNameOf(root)) ? RETOLD : ONE_TEXT;
}

/** Events of Responses tell a text in pieces, and then once or twice as a whole. */
function isRetold(path: JsonPath, event: string): boolean {
  const [first] = path;
  return path.length > 1 ? ["item", "part", "output", "response"].includes(String(first)) : event.endsWith(".done");
}

function choiceAt(place: number, path: JsonPath, root: unknown): number {
  const choice = onTheWay(path, root)[2];
  const index = isFields(choice) ? choice["index"] : undefined;
  return typeof index === "number" ? index : place;
}

function callAt(
  path: JsonPath,
  root: unknown,
  event: string,
): {
  readonly key: string;
  readonly id: string | undefined;
} {
  // In a whole message each call has its place, whatever index it says.
  if (isRetold(path, event) || path.includes("message")) return { key: path.join("/"), id: undefined };
  const way = onTheWay(path, root).filter(isFields);
  const [first, place] = path;
  const choice = first === "choices" && typeof place === "number" ? choiceAt(place, path, root) : "";
  const holder = way.findLast((one) => "index" in one || "id" in one || "item_id" in one || "output_index" in one);
  const numbers = [holder?.["output_index"], holder?.["index"], path.findLast((key) => typeof key === "number")];
  const index = numbers.find((one) => typeof one === "number") ?? 0;
  const id = typeof holder?.["id"] === "string" && holder["id"] !== "" ? holder["id"] : undefined;
  return { key: `${choice}/${index}`, id };
}
