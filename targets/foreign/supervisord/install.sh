#!/usr/bin/env bash
# Fetches supervisor (PyPI, 320 KB), checked by the hash in requirements.txt, and Chroma's server by the script that
# pins it. Both are unpacked below .cache of this project: nothing is installed or run. Does nothing where they are.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
bash "$root/targets/reference-ai-stack/vector/engines/chroma/install.sh"
good=$root/.cache/foreign/supervisor
if cmp -s "$here/requirements.txt" "$good/.installed-lock"; then exit 0; fi
mkdir -p "$root/.cache/foreign"
folder=$(mktemp -d "$root/.cache/foreign/supervisor.XXXXXX")
trap 'rm -rf "$folder"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r "$here/requirements.txt" -d "$folder"
python3 -m zipfile -e "$folder"/supervisor-*.whl "$folder/good"
cp "$here/requirements.txt" "$folder/good/.installed-lock"
rm -rf "$good"
mv "$folder/good" "$good"
