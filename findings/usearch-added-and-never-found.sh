#!/usr/bin/env bash
# One expects: rows that `add` took in one call can be found; a graph is approximate, so a search may miss a neighbour now
#   and then, but a row is found by its own vector.
# What happens: by default `add` of many rows works with all processors, and of rows that threads add at the same time a
#   few in ten thousand are linked by no other row: no search finds them, not by their own vector, not among 100 answers.
#   `contains` says that they are there, and size() counts them. With one thread every row is found.
# Why it matters: documents that can never be retrieved, in an index whose counts are right; which ones they are differs
#   from build to build, and the more cores the machine has, the more they are.
# Versions: usearch 2.25.3 (npm), node 20 or later, a machine with at least two processors.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund usearch@2.25.3 >/dev/null

cat >run.mjs <<'END'
import { Index } from "usearch";

const [rows, dimensions] = [10_000, 32];
const [builds, answers] = [5, 100];
let state = 7;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 2 - 1;
const vectors = Float32Array.from({ length: rows * dimensions }, random);
const keys = BigUint64Array.from({ length: rows }, (_, row) => BigInt(row));

/** Rows that are not among the answers to their own vectors; `threads` undefined: as `add` does it by default. */
function lostOf(threads) {
  const index = new Index({ metric: "cos", connectivity: 16, dimensions });
  if (threads === undefined) index.add(keys, vectors);
  else index.add(keys, vectors, threads);
  const lost = [...keys].filter((key) => {
    const own = vectors.subarray(Number(key) * dimensions, (Number(key) + 1) * dimensions);
    return !index.search(own, answers, 1).keys.includes(key);
  });
  return { lost: lost.length, contained: lost.filter((key) => index.contains(key)).length, size: index.size() };
}

const seen = {};
for (const threads of [1, undefined]) {
  const name = threads === undefined ? "by default" : "with one thread";
  seen[name] = Array.from({ length: builds }, () => lostOf(threads));
  for (const { lost, contained, size } of seen[name]) {
    console.log(`added ${name}: ${lost} of ${rows} rows not among ${answers} answers to their own vector; contains: ${contained} of these; size ${size}`);
  }
}
const sum = (name) => seen[name].reduce((total, { lost }) => total + lost, 0);
const isCounted = Object.values(seen).flat().every(({ lost, contained, size }) => contained === lost && size === rows);
const isAsStated = sum("with one thread") === 0 && sum("by default") > 0 && isCounted;
console.log(isAsStated ? "as stated" : "CHANGED: it no longer behaves as stated above");
process.exit(isAsStated ? 0 : 1);
END
timeout 50 node run.mjs
