// A child of the clients: the user of one library, in the plain way that the library's own pages show, with its own
// defaults of retries and time-outs. `CLIENT FOLDER MODEL QUESTION` are its arguments.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { libraries, type ClientName } from "../libraries.ts";
import type { Ask, FromUser, Told } from "../messages.ts";

const [client, folder, model, question] = process.argv.slice(2) as [ClientName, string, string, string];
const messages = [{ role: "user", content: question }];
const keys = { apiKey: "none" };

/** What is used of a library, whichever it is. */
type Made = new (options: object) => Record<string, never>;
type Chunks = AsyncIterable<Readonly<Record<string, unknown>>>;

async function load(name: string): Promise<Record<string, unknown>> {
  const from = pathToFileURL(join(folder, "user.mjs")).href;
  return (await import(import.meta.resolve(name, from))) as Record<string, unknown>;
}

/** Reads a stream to its end. */
async function drain(stream: unknown): Promise<Told> {
  for await (const _ of (await stream) as Chunks);
  return {};
}

const calls: Readonly<Record<ClientName, (base: string) => Promise<Told>>> = {
  async "openai-node"(base) {
    const api = new ((await load("openai"))["default"] as Made)({ ...keys, baseURL: `${base}/v1` }) as unknown as Chat;
    return drain(api.chat.completions.create({ model, messages, stream: true }));
  },
  async "groq-node"(base) {
    // It adds /openai/v1 itself.
    const plain = (url: string, init?: RequestInit) => fetch(new URL(url).href.replace("/openai/", "/"), init);
    const options = { ...keys, baseURL: base, fetch: plain };
    const api = new ((await load("groq-sdk"))["default"] as Made)(options) as unknown as Chat;
    return drain(api.chat.completions.create({ model, messages, stream: true }));
  },
  async "mistral-node"(base) {
    const api = new ((await load("@mistralai/mistralai"))["Mistral"] as Made)({ ...keys, serverURL: base });
    const { chat } = api as unknown as { chat: { stream(what: object): unknown } };
    return drain(chat.stream({ model, messages }));
  },
  async "langchain-node"(base) {
    const options = { ...keys, model, configuration: { baseURL: `${base}/v1` } };
    const llm = new ((await load("@langchain/openai"))["ChatOpenAI"] as Made)(options);
    return drain((llm as unknown as { stream(text: string): unknown }).stream(question));
  },
  async "ai-sdk"(base) {
    const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
      load("ai"),
      load("@ai-sdk/openai-compatible"),
    ]);
    const provider = (createOpenAICompatible as (of: object) => (model: string) => unknown)({
      ...keys,
      name: "gateway",
      baseURL: `${base}/v1`,
    });
    let error: unknown;
    const onError = (event: { error: unknown }): void => void (error = event.error);
    const result = (streamText as (of: object) => { textStream: unknown; finishReason: PromiseLike<string> })({
      model: provider(model),
      prompt: question,
      onError,
    });
    await drain(result.textStream);
    if (error !== undefined) return { error: nameOf(error) };
    return (await result.finishReason) === "error" ? { error: "finishReason error" } : {};
  },
  async "anthropic-node"(base) {
    const api = new ((await load("@anthropic-ai/sdk"))["default"] as Made)({ ...keys, baseURL: base });
    const { messages: all } = api as unknown as { messages: { create(what: object): unknown } };
    return drain(all.create({ model, max_tokens: 1_000, messages, stream: true }));
  },
  async "ollama-node"(base) {
    const api = new ((await load("ollama"))["Ollama"] as Made)({ host: base });
    return drain((api as unknown as { chat(what: object): unknown }).chat({ model, messages, stream: true }));
  },
};

interface Chat {
  readonly chat: { readonly completions: { create(what: object): unknown } };
}

/** The class of an error, as its user catches it: never its message, in which anything may stand. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.name === "Error" ? error.constructor.name : error.name;
}

function tell(message: FromUser): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function ask({ id, base }: Ask): Promise<void> {
  const told = await calls[client](base).catch((error: unknown) => ({ error: nameOf(error) }));
  tell({ type: "over", id, ...told });
}

process.on("message", (message: Ask) => void ask(message));
process.once("disconnect", () => process.exit(0));
// A library may fail beside the call that it was made for; the call itself says what its user saw.
process.on("unhandledRejection", () => undefined);
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);

const [first] = libraries[client].packages;
Promise.all(libraries[client].packages.map(load)).then(
  () => {
    const manifest = readFileSync(join(folder, "node_modules", first, "package.json"), "utf8");
    tell({ type: "ready", version: (JSON.parse(manifest) as { version: string }).version });
  },
  (error: unknown) => tell({ type: "failed", reason: `${first} cannot be loaded: ${nameOf(error)}` }),
);
