#!/usr/bin/env bash
# Unpacks Debian's packages into a folder: nothing is installed, no script of theirs runs, and no service starts.
# Usage: unpack.sh FOLDER NAME=VERSION ..., VERSION being how its version begins (Debian's mirrors keep the newest
# build alone, so a whole one would be gone after the next security update). Does nothing where they are.
set -euo pipefail
folder=$1
shift
if [ "$(cat "$folder/.unpacked" 2>/dev/null)" = "$*" ]; then exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "no apt and dpkg: these come from Debian's packages: $*" >&2
  exit 1
fi
mkdir -p "$(dirname "$folder")"
made=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$made"' EXIT
mkdir "$made/debs" "$made/root"
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
fetch() { (cd "$made/debs" && apt-get download -qq "${@%%=*}"); }
# A list that is old or absent names what is gone.
fetch "$@" 2>/dev/null || { $sudo apt-get update -qq && fetch "$@"; }
for wanted in "$@"; do
  deb=$(echo "$made/debs/${wanted%%=*}"_*.deb)
  version=$(dpkg-deb -f "$deb" Version)
  case "$version" in
    "${wanted#*=}"*) dpkg-deb -x "$deb" "$made/root" ;;
    *)
      echo "${wanted%%=*} is $version here, and was tried as ${wanted#*=}*" >&2
      exit 1
      ;;
  esac
done
echo "$*" >"$made/root/.unpacked"
rm -rf "$folder"
mv "$made/root" "$folder"
