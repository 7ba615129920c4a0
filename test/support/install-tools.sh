#!/usr/bin/env bash
# Installs what the tests need beyond npm: Chromium, from Debian's packages. Does nothing where it is there already.
set -euo pipefail
if command -v chromium >/dev/null || [ -x "${CHROMIUM_PATH:-/nonexistent}" ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "Chromium is missing and this is no Debian system: install it and set CHROMIUM_PATH to its executable." >&2
  exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
