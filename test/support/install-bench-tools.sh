#!/usr/bin/env bash
# Unpacks clients that are not ours for `npm run bench:proxy`: redis-benchmark with its server, and iperf3 (8 MB, from
# Debian's packages, below .cache/tools/outside). Nothing is installed, and no service starts.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bash "$root/targets/foreign/unpack.sh" "$root/.cache/tools/outside" redis-server=5:7.0 redis-tools=5:7.0 iperf3=3.12 \
  libiperf0=3.12 libsctp1=1.0 libatomic1=12 libhiredis0.14=0.14 liblua5.1-0=5.1 lua-bitop=1.0 lua-cjson=2.1 \
  libjemalloc2=5.3 liblzf1=3.6
