#!/usr/bin/env bash
# One expects: a row whose vector has a NaN (one component missing, or an overflow in half precision) is refused by add, or
#   is an answer to no question, since it compares with nothing.
# What happens: add takes it. With cosine, the metric of most embeddings, its distance to every question is 0, the best
#   there is: it is the first answer to nearly all questions when it was added first, and to more than half when it was
#   added in the middle. No error, size() is right, and no NaN is ever seen in an answer. An infinite component does the
#   same. With l2sq an infinite one harms nothing, and a NaN gives itself away by distances that are NaN.
# Why it matters: one failed embedding answers for the whole index, and a threshold on the distance, the usual guard
#   against bad matches, lets exactly this one through as a perfect match.
# Versions: usearch 2.25.3 (npm), node 20 or later.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund usearch@2.25.3 >/dev/null

cat >run.mjs <<'END'
import { Index } from "usearch";

const [rows, dimensions] = [1000, 16];
let state = 7;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 2 - 1;
const vectors = Array.from({ length: rows }, () => Float32Array.from({ length: dimensions }, random));

/** Adds all rows, one of them with this component in the place of its fourth, and asks for every seventh row. */
function ask(metric, component, badRow) {
  const index = new Index({ metric, connectivity: 16, dimensions });
  vectors.forEach((vector, row) => {
    const stored = vector.slice();
    if (row === badRow && component !== undefined) stored[3] = component;
    index.add(BigInt(row), stored);
  });
  const asked = vectors.map((vector, row) => [vector, row]).filter(([, row]) => row % 7 === 0 && row !== badRow);
  const first = asked.map(([vector, row]) => {
    const { keys, distances } = index.search(vector, 1);
    return { itself: keys[0] === BigInt(row), bad: keys[0] === BigInt(badRow), distance: distances[0] };
  });
  const bad = first.filter((answer) => answer.bad);
  return {
    asked: asked.length,
    itself: first.filter((answer) => answer.itself).length,
    bad: bad.length,
    distances: [...new Set(bad.map(({ distance }) => distance))],
    size: index.size(),
  };
}

function show(metric, component, badRow) {
  const seen = ask(metric, component, badRow);
  console.log(
    `${metric}, ${component === undefined ? "all rows whole" : `row ${badRow} has ${component}`}: of ${seen.asked} rows ` +
      `${seen.itself} find themselves first, ${seen.bad} find row ${badRow}, at distance ${seen.distances.join(", ") || "-"}; size ${seen.size}`,
  );
  return seen;
}

const whole = show("cos", undefined, 0);
const first = [NaN, Infinity].map((component) => show("cos", component, 0));
const middle = [NaN, Infinity].map((component) => show("cos", component, 500));
const l2Infinite = show("l2sq", Infinity, 0);
const l2Nan = show("l2sq", NaN, 500);
const perfect = ({ distances, size }) => distances.length === 1 && distances[0] === 0 && size === rows;
const isAsStated =
  whole.itself === whole.asked && whole.bad === 0 &&
  first.every((seen) => perfect(seen) && seen.bad > 0.9 * seen.asked) &&
  middle.every((seen) => perfect(seen) && seen.bad > 0.5 * seen.asked) &&
  l2Infinite.bad === 0 && l2Nan.bad > 0 && l2Nan.distances.every(Number.isNaN);
console.log(isAsStated ? "as stated" : "CHANGED: it no longer behaves as stated above");
process.exit(isAsStated ? 0 : 1);
END
timeout 50 node run.mjs
