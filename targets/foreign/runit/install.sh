#!/usr/bin/env bash
# Unpacks runit, HAProxy and PostgreSQL from Debian's packages (20 MB) below .cache/foreign: nothing is installed.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
bash "$root/targets/foreign/unpack.sh" "$root/.cache/foreign/runit" \
  runit=2.1.2 haproxy=2.6. liblua5.3-0=5.3 libopentracing-c-wrapper0=1.1 libopentracing1=1.6 postgresql-15=15. libpq5=15.
