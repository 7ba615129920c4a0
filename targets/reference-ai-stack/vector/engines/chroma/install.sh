#!/usr/bin/env bash
# Fetches Chroma's server (PyPI, 23 MB; unpacked 63 MB), checked by the hash in requirements.txt beside this file. The
# wheel is unpacked to .cache/engines of this project: nothing is installed, compiled or run. Does nothing where it is
# there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../../.." && pwd)
if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  echo "Chroma's server is pinned for Linux on x86-64 only; this is $(uname -s) on $(uname -m)" >&2
  exit 1
fi
good=$root/.cache/engines/chroma
if cmp -s "$here/requirements.txt" "$good/.installed-lock"; then exit 0; fi
mkdir -p "$root/.cache/engines"
folder=$(mktemp -d "$root/.cache/engines/chroma.XXXXXX")
trap 'rm -rf "$folder"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r "$here/requirements.txt" -d "$folder"
python3 -m zipfile -e "$folder"/chromadb-*.whl "$folder/wheel"
mkdir "$folder/good"
mv "$folder/wheel/chromadb_rust_bindings" "$folder/wheel"/chromadb-*.dist-info "$folder/good"
cp "$here/requirements.txt" "$folder/good/.installed-lock"
rm -rf "$good"
mv "$folder/good" "$good"
