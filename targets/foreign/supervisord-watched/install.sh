#!/usr/bin/env bash
# Unpacks Prometheus and Alertmanager from Debian's packages (30 MB) below .cache/foreign, beside what ../supervisord
# needs. Two files go where the package has them: Debian's Alertmanager reads its words by their paths, and no others.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
unpacked=$root/.cache/foreign/prometheus
bash "$root/targets/foreign/supervisord/install.sh"
bash "$root/targets/foreign/unpack.sh" "$unpacked" prometheus=2.42.0 prometheus-alertmanager=0.25.0
words=/usr/share/prometheus/alertmanager
if [ -e "$words/default.tmpl" ] && [ -e "$words/email.tmpl" ]; then exit 0; fi
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo mkdir -p "$words"
$sudo cp "$unpacked$words"/*.tmpl "$words/"
