#!/usr/bin/env bash
# One expects: in a vec0 table with distance_metric=cosine a stored row of zeros, which has no direction, is an answer to
#   no question, or comes last, wherever it was inserted.
# What happens: its distance is null. Inserted first, it is the first answer to nearly every question, so that most rows
#   no longer find themselves; the same row inserted last changes nothing. There is no error, and count(*) is right.
#   With the default metric (L2) the place of the row makes no difference.
# Why it matters: one failed embedding at the start of a table turns a cosine search into one wrong answer for everybody,
#   and a probe that samples rows at random sees all of it or nothing.
# Versions: sqlite-vec 0.1.9, @photostructure/sqlite 1.2.1 (SQLite 3; both npm), node 20 or later.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund sqlite-vec@0.1.9 @photostructure/sqlite@1.2.1 >/dev/null

cat >run.mjs <<'END'
import { DatabaseSync } from "@photostructure/sqlite";
import { getLoadablePath } from "sqlite-vec";

const [rows, dimensions, samples] = [1000, 8, 143];
let state = 7;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * 2 - 1;
const vectors = Array.from({ length: rows }, () => Float32Array.from({ length: dimensions }, random));

function selfFound(metric, zeroRow) {
  const db = new DatabaseSync(":memory:", { allowExtension: true });
  db.enableLoadExtension(true);
  db.loadExtension(getLoadablePath());
  db.exec(`CREATE VIRTUAL TABLE v USING vec0(embedding float[${dimensions}] distance_metric=${metric})`);
  const insert = db.prepare("INSERT INTO v(rowid, embedding) VALUES (?, ?)");
  vectors.forEach((vector, row) => {
    const stored = row === zeroRow ? new Float32Array(dimensions) : vector;
    insert.run(BigInt(row + 1), new Uint8Array(stored.buffer));
  });
  const nearest = db.prepare("SELECT rowid, distance FROM v WHERE embedding MATCH ? AND k = 1");
  const asked = Array.from({ length: samples }, (_, n) => (n * 7) % rows).filter((row) => row !== zeroRow);
  const answers = asked.map((row) => [row, nearest.get(new Uint8Array(vectors[row].buffer))]);
  const found = answers.filter(([row, answer]) => Number(answer.rowid) === row + 1).length;
  const nulls = answers.filter(([, answer]) => answer.distance === null).length;
  const count = Number(db.prepare("SELECT count(*) AS n FROM v").get().n);
  db.close();
  return { found, asked: asked.length, nulls, count };
}

const seen = Object.fromEntries(
  [["cosine", -1], ["cosine", 0], ["cosine", rows - 1], ["L2", -1], ["L2", 0], ["L2", rows - 1]].map(([metric, row]) => {
    const result = selfFound(metric, row);
    const where = row === -1 ? "no row is zero" : row === 0 ? "the first row is zero" : "the last row is zero";
    console.log(`${metric}, ${where}: ${result.found} of ${result.asked} rows find themselves first, ${result.nulls} answers without a distance, count ${result.count}`);
    return [`${metric} ${row}`, result];
  }),
);
const whole = (key) => seen[key].found === seen[key].asked && seen[key].count === rows;
const isAsStated =
  whole("cosine -1") && whole(`cosine ${rows - 1}`) && whole("L2 -1") && whole("L2 0") && whole(`L2 ${rows - 1}`) &&
  seen["cosine 0"].found < seen["cosine 0"].asked / 10 && seen["cosine 0"].nulls > 0 && seen["cosine 0"].count === rows;
console.log(isAsStated ? "as stated" : "CHANGED: it no longer behaves as stated above");
process.exit(isAsStated ? 0 : 1);
END
timeout 50 node run.mjs
