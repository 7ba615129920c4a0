// Keys that a request has wherever it stands: in a stream, or in a step of a session.

import { z } from "zod";
import { loopbackUrl } from "../core/addresses.ts";
import { words } from "../language/schema-parts.ts";

export const urlWords = `a URL on this machine, such as ${loopbackUrl("{port:gateway}")}/ask`;

export const method = z.enum(["GET", "POST", "PUT"]).describe("HTTP method.");

export const stream = z
  .enum(["sse", "responses", "anthropic", "ndjson", "whole"])
  .describe(
    "How answers come. sse: OpenAI chat or legacy completions; responses: OpenAI Responses; anthropic: Anthropic " +
      "messages; ndjson: Ollama's lines; whole: one body.",
  );

export const done = words(
  "What ends an event stream: `finish_reason`, `end` (a finish reason and the end of the body), or the data, name " +
    "or type of the event that does, such as `[DONE]`. Absent: what the protocol says.",
);

export const answer = z
  .enum(["completion", "json", "text"])
  .describe(
    "With `stream: whole`, what a body must be: a completion with a finish reason, JSON of another shape that is " +
      "no error, or any text. Absent: told from the request and from the body.",
  );
