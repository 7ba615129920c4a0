#!/usr/bin/env bash
# Unpacks a Docker engine from Debian's packages beside the other tools: nothing is installed, and no service is started.
# Only where REBOUND_TEST_ENGINE=1 asks for it; test/support/private-engine.mjs starts it for the tests that need one.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools=.cache/tools/docker
[ "${REBOUND_TEST_ENGINE:-}" = 1 ] || exit 0
# An engine that answers is taken as it is; the tests' image is made here for it too, and needs busybox.
wanted=dockerd
if node test/support/find-engine.mjs; then wanted=busybox; fi
if [ -x "$tools/$wanted" ]; then exit 0; fi
if [ "$wanted" = dockerd ] && { [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; }; then
  echo "no engine: a private one needs Linux and root; set DOCKER_HOST to one that runs" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  if [ "$wanted" = busybox ]; then
    echo "no apt for busybox: the engine must have the image node:20-slim (docker pull node:20-slim)" >&2
    exit 0
  fi
  echo "no engine: a private one is unpacked from Debian's packages, and there is no apt; set DOCKER_HOST" >&2
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
packages=(busybox-static)
[ "$wanted" = busybox ] || packages+=(docker.io containerd runc tini libdevmapper1.02.1)
# Names in a network are answered by a rule inside of each container: without iptables nobody finds anybody.
[ "$wanted" = busybox ] || packages+=(iptables libxtables12 libip4tc2 libip6tc2 libmnl0 libnftnl11 libnetfilter-conntrack3 libnfnetlink0)
(cd "$folder" && apt-get download -qq "${packages[@]}") || { apt-get update -qq && (cd "$folder" && apt-get download -qq "${packages[@]}"); }
for package in "$folder"/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
if [ "$wanted" = busybox ]; then
  mkdir -p "$tools"
  mv "$folder/root/bin/busybox" "$tools/"
  exit 0
fi
mkdir -p "$folder/tools"
for file in sbin/dockerd sbin/docker-proxy sbin/runc bin/containerd bin/containerd-shim-runc-v2 bin/tini-static; do
  mv "$folder/root/usr/$file" "$folder/tools/"
done
mv "$folder"/root/bin/busybox "$folder/tools/"
mv "$folder"/root/usr/sbin/xtables-nft-multi "$folder/tools/iptables"
mv "$folder"/root/usr/lib/*/lib*.so.* "$folder"/root/usr/lib/*/xtables "$folder/tools/"
mv "$folder"/root/lib/*/libdevmapper.so.* "$folder/tools/"
# There may be a busybox from when another engine answered.
rm -rf "$tools"
mkdir -p .cache/tools
mv "$folder/tools" "$tools"
