// The answers that are read: streams of chat completions as servers write them, and whole bodies.

/** What a right answer contains; it stands at the end of each. */
export const WANTED = "[passage-7]";

/** A read of a socket brings at most so many bytes. */
const READ = 65_536;

const words = ["The ", "capital", " of ", "France", " is ", "Paris", ", said ", "“Zürich”", ".\n", " 🎈"];

function chunk(content: string, finish: string | null = null): string {
  const choice = { index: 0, delta: { content }, logprobs: null, finish_reason: finish };
  const head = { id: "chatcmpl-9f3a1c", object: "chat.completion.chunk", created: 1_764_300_000, model: "model-1" };
  return `data: ${JSON.stringify({ ...head, choices: [choice] })}\n\n`;
}

/** A stream of tokens of about that many bytes, cut into reads. */
export function streamOf(bytes: number): readonly Buffer[] {
  const end = chunk(WANTED) + chunk("", "stop") + "data: [DONE]\n\n";
  const parts: string[] = [];
  let length = Buffer.byteLength(end);
  for (let index = 0; length < bytes; index += 1) {
    const part = chunk(words[index % words.length] ?? "");
    parts.push(part);
    length += Buffer.byteLength(part);
  }
  return reads(Buffer.from(parts.join("") + end));
}

/** A whole completion of about that many bytes. */
export function bodyOf(bytes: number): readonly Buffer[] {
  const text = "The capital of France is Paris, “Zürich” is none.\n".repeat(Math.max(1, Math.floor(bytes / 56)));
  const message = { role: "assistant", content: text + WANTED };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: "stop" }];
  return reads(Buffer.from(JSON.stringify({ id: "chatcmpl-9f3a1c", object: "chat.completion", choices })));
}

function reads(bytes: Buffer): readonly Buffer[] {
  const count = Math.ceil(bytes.length / READ);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * READ, (index + 1) * READ));
}

/** Long answers that do not end, by what is long in them. */
export function unendedOf(what: "many events" | "one event" | "tool arguments" | "whole body", bytes: number): Buffer {
  const text = "x“Zürich” ".repeat(Math.floor(bytes / 14));
  const call = { index: 0, id: "call_1", function: { name: "f", arguments: `{"text":"${text}` } };
  const args = { choices: [{ index: 0, delta: { tool_calls: [call] } }] };
  if (what === "many events") {
    return Buffer.from(chunk("The “capital” ").repeat(Math.floor(bytes / 190)) + chunk("x".repeat(7_000)).slice(0, -3));
  }
  if (what === "one event") return Buffer.from(chunk(text).slice(0, -60));
  if (what === "tool arguments") return Buffer.from(`data: ${JSON.stringify(args).slice(0, -9)}`);
  return Buffer.from(JSON.stringify({ choices: [{ index: 0, message: { content: text } }] }).slice(0, -9));
}
