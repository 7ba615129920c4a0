// A tiny vector index in a file, for the stacks of tests: float32 rows behind a header, and behind them a graph as
// usearch has it. Small enough to be read anew for each question, so that damage shows at once; whoever answers has the
// file open, and keeps it until it is told to load. Plain JavaScript, so that it runs without a build.

import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";

const dimensions = 8;
/** Behind a first line a model that makes vectors of what is asked around the cache: rows of a matrix, the identity. */
const modelAt = 16;
/** Right before the rows two counts, as usearch has them: rows, and bytes of each. */
export const headerBytes = modelAt + dimensions * dimensions * 4 + 8;
/** Key (64 bit), level (16 bit), how many links (32 bit), and the one link (32 bit). */
const nodeBytes = 8 + 2 + 4 + 4;
/** In the head of the graph: by which metric searches go. */
const metricAt = 13;
/** What is published under the same file, so that each fault of kept rows has one. */
const roles = ["index", "prefix-cache", "embedding-cache"];
/** Answers that are kept as texts, a row each, in a file of their own. */
const answers = 20;
const answerBytes = 96;

/** Where things lie in a file of so many rows. */
function layoutOf(file, rows) {
  const graphAt = headerBytes + rows * dimensions * 4;
  const nodesAt = graphAt + 64 + 40 + rows * 2;
  return { file, rows, graphAt, node: (row) => nodesAt + row * nodeBytes };
}

/** Row r is a point of its own on a spiral: no two are near each other. */
function original(row, { rows }) {
  return Array.from({ length: dimensions }, (_, d) => Math.fround(Math.sin(row * (d + 1) * 0.7) * (1 + row / rows)));
}

/** As usearch has it behind its rows: a row is found if a link leads to its node, by the node's key. */
function writeGraph(bytes, { rows, graphAt, node }) {
  bytes.write("usearch", graphAt, "latin1");
  bytes[graphAt + 7] = 2;
  bytes.write("c", graphAt + metricAt, "latin1");
  bytes.set([14, 15], graphAt + 15);
  for (const [at, number] of [rows, 1, 1].entries()) bytes.writeBigUInt64LE(BigInt(number), graphAt + 64 + at * 8);
  for (let row = 0; row < rows; row += 1) {
    bytes.writeBigUInt64LE(BigInt(row), node(row));
    bytes.writeUInt32LE(1, node(row) + 10);
    bytes.writeUInt32LE((row + 1) % rows, node(row) + 14);
  }
}

function write(layout) {
  const { file, rows, node } = layout;
  const bytes = Buffer.alloc(node(rows));
  bytes.write("fixture index v1");
  for (let d = 0; d < dimensions; d += 1) bytes.writeFloatLE(1, modelAt + (d * dimensions + d) * 4);
  bytes.writeUInt32LE(rows, headerBytes - 8);
  bytes.writeUInt32LE(dimensions * 4, headerBytes - 4);
  for (let row = 0; row < rows; row += 1) {
    for (const [d, x] of original(row, layout).entries())
      bytes.writeFloatLE(x, headerBytes + (row * dimensions + d) * 4);
  }
  writeGraph(bytes, layout);
  writeFileSync(file, bytes);
  const said = { rows, bytes: bytes.length, hash: createHash("sha256").update(bytes).digest("hex") };
  writeFileSync(manifestOf(file), JSON.stringify(said));
  writeAnswers(file);
}

function answersOf(file) {
  return `${file}.answers`;
}

/** What answer n says where nothing is kept. */
function toldOf(n) {
  return `The answer to number ${n}.`;
}

function writeAnswers(file) {
  const bytes = Buffer.alloc(answers * answerBytes);
  for (let n = 0; n < answers; n += 1) {
    bytes.write(JSON.stringify({ choices: [{ message: { content: toldOf(n) } }] }), n * answerBytes);
  }
  writeFileSync(answersOf(file), bytes);
}

/** Answer n as it is kept. */
function keptAnswer(file, n) {
  const row = readFileSync(answersOf(file)).subarray(n * answerBytes, (n + 1) * answerBytes);
  return JSON.parse(row.toString("utf8").replace(/\0+$/, ""));
}

/** Rows that the manifest knows; of one that is torn, as it was read last. */
const lastKnown = new Map();
function knownIn(file) {
  try {
    lastKnown.set(file, JSON.parse(readFileSync(manifestOf(file), "utf8")).rows);
  } catch {
    // Who has read it once goes by that.
  }
  return lastKnown.get(file) ?? Infinity;
}

/** One that is torn says nothing of how to read its file. */
function isReadable(manifest) {
  try {
    JSON.parse(readFileSync(manifest, "utf8"));
    return true;
  } catch {
    return false;
  }
}

function manifestOf(file) {
  return `${file}.manifest`;
}

/**
 * The file as it is now: its rows that a link leads to, each by its node's key. A list may be empty. Rows that its
 * manifest does not know come once more, as from a tail behind the file.
 */
function read({ file, bytes: bytesOf }) {
  const bytes = bytesOf();
  const { rows, node } = layoutOf(file, bytes.readUInt32LE(headerBytes - 8));
  const linked = Array.from({ length: rows }, (_, row) => row).filter((row) => bytes.readUInt32LE(node(row) + 10) > 0);
  const led = new Set(linked.map((row) => bytes.readUInt32LE(node(row) + 14)));
  const known = knownIn(file);
  return [...led, ...[...led].filter((row) => row >= known)].map((row) => ({
    id: `row-${bytes.readBigUInt64LE(node(row))}`,
    vector: Array.from({ length: dimensions }, (_, d) => bytes.readFloatLE(headerBytes + (row * dimensions + d) * 4)),
  }));
}

/** Its letter, as the head of the graph has it now. */
function metricOf({ file, bytes: bytesOf }) {
  const bytes = bytesOf();
  const { graphAt } = layoutOf(file, bytes.readUInt32LE(headerBytes - 8));
  return bytes.toString("latin1", graphAt + metricAt, graphAt + metricAt + 1);
}

/** So many rows, the nearest first. */
function nearest(query, index, { k = 1, isInnerProduct = false } = {}) {
  const hits = index.map(({ id, vector }) => {
    let distance = 0;
    for (let d = 0; d < dimensions; d += 1) {
      distance += isInnerProduct ? -vector[d] * query[d] : (vector[d] - query[d]) ** 2;
    }
    return { id, score: distance };
  });
  const numbers = hits.filter(({ score }) => !Number.isNaN(score)).sort((a, b) => a.score - b.score);
  return numbers.length === 0 ? [{ id: "none", score: Infinity }] : numbers.slice(0, k);
}

function wholeOf(path) {
  return { offset: 0, rowBytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, rows: 1 };
}

/** What the model in the file makes of a vector: each row of the matrix goes with one of its floats. */
function modelled({ bytes: bytesOf }, vector) {
  const bytes = bytesOf();
  const weight = (row, d) => bytes.readFloatLE(modelAt + (row * dimensions + d) * 4);
  return vector.map((_, d) => vector.reduce((sum, x, row) => sum + x * weight(row, d), 0));
}

/** The file as it was when it was first asked for, or loaded: another one that takes its place is not seen. */
function heldOpen(file) {
  let open;
  return {
    bytes: () => {
      open ??= openSync(file, "r");
      const bytes = Buffer.alloc(fstatSync(open).size);
      readSync(open, bytes, 0, bytes.length, 0);
      return bytes;
    },
    load: () => {
      if (!isReadable(manifestOf(file))) return false;
      if (open !== undefined) closeSync(open);
      open = openSync(file, "r");
      return true;
    },
  };
}

/** An index of so many rows in a file, which is there once it was written. */
export function smallIndex(file, rows) {
  const held = heldOpen(file);
  const layout = { ...layoutOf(file, rows), bytes: held.bytes };
  return {
    write: () => write(layout),
    load: held.load,
    /** The nearest rows to each vector. */
    search({ vectors, k }) {
      const index = read(layout);
      const isInnerProduct = metricOf(layout) === "i";
      return { results: vectors.map((query) => nearest(query, index, { k, isInnerProduct })) };
    },
    /**
     * Row n as the file has it, which stands for a cache, or as the model and the rows as they were made have it; and
     * what is kept as answer n where that is not what it was. To the name of an answer: that alone.
     */
    answer({ n, name, around }) {
      if (name !== undefined && name !== "") {
        return around === undefined
          ? keptAnswer(file, Number(name))
          : { choices: [{ message: { content: toldOf(Number(name)) } }] };
      }
      const told = around === undefined ? keptAnswer(file, Number(n) % answers) : undefined;
      if (told !== undefined && told.choices === undefined) return told;
      const row = (Number(n) * 7) % rows;
      const asked = original(row, layout);
      const made = Array.from({ length: rows }, (_, r) => ({ id: `row-${r}`, vector: original(r, layout) }));
      const content = nearest(
        around === undefined ? asked : modelled(layout, asked),
        around === undefined ? read(layout) : made,
      )[0].id;
      const right = toldOf(Number(n) % answers);
      const says = told?.choices[0].message.content ?? right;
      return { choices: [{ message: { content: says === right ? content : `${content}: ${says}` } }] };
    },
    /** Rows as they were made, chosen by the seed. */
    sample(n, seed) {
      const picked = Array.from({ length: Math.min(n, rows) }, (_, i) => (i * 7 + seed) % rows);
      return { items: [...new Set(picked)].map((row) => ({ id: `row-${row}`, vector: original(row, layout) })) };
    },
    /** What an inventory says of it. */
    published() {
      const payload = { offset: headerBytes, rowBytes: dimensions * 4, rows };
      const model = { offset: modelAt, rowBytes: dimensions * 4, rows: dimensions };
      return [
        ...roles.map((role) => ({ role, path: file, format: "f32", payload })),
        {
          role: "answer-cache",
          path: answersOf(file),
          format: "json-rows",
          payload: { offset: 0, rowBytes: answerBytes, rows: answers },
        },
        { role: "model", path: file, format: "f32", payload: model },
        { role: "manifest", path: manifestOf(file), format: "json", payload: wholeOf(manifestOf(file)) },
      ];
    },
  };
}
