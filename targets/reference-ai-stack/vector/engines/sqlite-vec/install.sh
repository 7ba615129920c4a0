#!/usr/bin/env bash
# Fetches sqlite-vec (npm, 160 KB), checked by the hashes in the lock beside this file. Nothing is compiled and no
# package's script is run. Does nothing where it is there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed-lock"; then
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund
  cp "$here/package-lock.json" "$here/node_modules/.installed-lock"
fi
