// The client libraries that are known: their packages, and the protocol that they speak. The calls stand in user.ts.

import type { TrafficSpec } from "../../core/target.ts";

interface Library {
  readonly packages: readonly [string, ...string[]];
  readonly stream: TrafficSpec["stream"];
}

export const libraries = {
  "openai-node": { packages: ["openai"], stream: "sse" },
  "groq-node": { packages: ["groq-sdk"], stream: "sse" },
  "mistral-node": { packages: ["@mistralai/mistralai"], stream: "sse" },
  "langchain-node": { packages: ["@langchain/openai"], stream: "sse" },
  "ai-sdk": { packages: ["ai", "@ai-sdk/openai-compatible"], stream: "sse" },
  "anthropic-node": { packages: ["@anthropic-ai/sdk"], stream: "anthropic" },
  "ollama-node": { packages: ["ollama"], stream: "ndjson" },
} as const satisfies Readonly<Record<string, Library>>;

export type ClientName = keyof typeof libraries;
export const clientNames = Object.keys(libraries) as readonly ClientName[];
