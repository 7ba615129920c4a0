// A user of one client library: asks each of the addresses given, streamed, in the plain way that the library's own
// pages show, and says what it got. `node ask.mjs CLIENT '["http://127.0.0.1:1234", …]'` prints a JSON list.

const [, , client, addresses] = process.argv;
const messages = [{ role: "user", content: "What is the capital of France?" }];
const model = "m";

/** Each resolves to `{text, finish, isMarked}`: marked where the library told of trouble beside the stream. */
const users = {
  async openai(base) {
    const { default: OpenAI } = await import("openai");
    const api = new OpenAI({ apiKey: "k", baseURL: `${base}/v1` });
    return readChunks(await api.chat.completions.create({ model, messages, stream: true }));
  },
  async groq(base) {
    const { default: Groq } = await import("groq-sdk");
    // It adds /openai/v1 itself.
    const api = new Groq({
      apiKey: "k",
      baseURL: base,
      fetch: (url, init) => fetch(new URL(url).href.replace("/openai/", "/"), init),
    });
    return readChunks(await api.chat.completions.create({ model, messages, stream: true }));
  },
  async mistral(base) {
    const { Mistral } = await import("@mistralai/mistralai");
    const stream = await new Mistral({ apiKey: "k", serverURL: base }).chat.stream({ model, messages });
    let [text, finish] = ["", null];
    for await (const { data } of stream) {
      text += textOf(data.choices[0]?.delta.content);
      finish = data.choices[0]?.finishReason ?? finish;
    }
    return { text, finish };
  },
  async langchain(base) {
    const { ChatOpenAI } = await import("@langchain/openai");
    // As many retries as would be made take minutes.
    const llm = new ChatOpenAI({ model, apiKey: "k", maxRetries: 1, configuration: { baseURL: `${base}/v1` } });
    let [text, finish] = ["", null];
    for await (const chunk of await llm.stream(messages[0].content)) {
      text += textOf(chunk.content);
      finish = chunk.response_metadata?.finish_reason ?? finish;
    }
    return { text, finish };
  },
  async "ai-sdk"(base) {
    const [{ streamText }, { createOpenAICompatible }] = await Promise.all([
      import("ai"),
      import("@ai-sdk/openai-compatible"),
    ]);
    const provider = createOpenAICompatible({ name: "gateway", baseURL: `${base}/v1`, apiKey: "k" });
    let error;
    const result = streamText({
      model: provider(model),
      prompt: messages[0].content,
      maxRetries: 2,
      onError: (event) => (error = event.error),
    });
    let text = "";
    for await (const piece of result.textStream) text += piece;
    const finish = await Promise.resolve(result.finishReason).catch(() => null);
    if (error !== undefined && finish !== "error") throw error;
    return { text, finish, isMarked: error !== undefined || finish === "error" };
  },
};

/** Speak a protocol of their own, which the gateway does not. */
Object.assign(users, {
  async anthropic(base) {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    const api = new Anthropic({ apiKey: "k", baseURL: base });
    let [text, finish] = ["", null];
    for await (const event of await api.messages.create({ model, max_tokens: 50, messages, stream: true })) {
      text += event.delta?.text ?? "";
      finish = event.delta?.stop_reason ?? finish;
    }
    return { text, finish };
  },
  async ollama(base) {
    const { Ollama } = await import("ollama");
    let [text, finish] = ["", null];
    for await (const line of await new Ollama({ host: base }).chat({ model, messages, stream: true })) {
      text += line.message?.content ?? "";
      finish = line.done_reason ?? finish;
    }
    return { text, finish };
  },
});

/** Hands in a tool; the text is the calls that the library would have run. */
users["langchain-tool"] = async (base) => {
  const { ChatOpenAI } = await import("@langchain/openai");
  const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
  const tools = [{ type: "function", function: { name: "delete_path", parameters } }];
  const llm = new ChatOpenAI({ model, apiKey: "k", maxRetries: 1, configuration: { baseURL: `${base}/v1` } });
  let all;
  for await (const chunk of await llm.bindTools(tools).stream(messages[0].content)) all = all?.concat(chunk) ?? chunk;
  const finish = all.response_metadata?.finish_reason ?? null;
  return { text: JSON.stringify(all.tool_calls.map(({ args }) => args)), finish };
};

/** Contents may be lists of parts, too; none of ours is. */
function textOf(content) {
  return typeof content === "string" ? content : "";
}

async function readChunks(stream) {
  let [text, finish] = ["", null];
  for await (const chunk of stream) {
    text += chunk.choices?.[0]?.delta?.content ?? "";
    finish = chunk.choices?.[0]?.finish_reason ?? finish;
  }
  return { text, finish };
}

/** `raised`: the loop threw. */
async function asked(address) {
  try {
    return { raised: false, isMarked: false, ...(await users[client](address)) };
  } catch (error) {
    return {
      raised: true,
      isMarked: true,
      text: "",
      finish: null,
      says: `${error?.name}: ${error?.message}`.slice(0, 300),
    };
  }
}

const seen = [];
for (const address of JSON.parse(addresses)) seen.push(await asked(address));
process.stdout.write(JSON.stringify(seen));
// Pools of kept connections are nobody's business any more.
process.exit(0);
