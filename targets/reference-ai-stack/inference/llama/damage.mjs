// Makes damaged weights of good ones: `node damage.mjs GOOD.gguf DAMAGED.gguf`. In some tensors the quantised blocks
// stand in reverse order, as after a copy that went wrong. Header, sizes and every single block stay as they were, so
// that the file loads without an error.
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Bytes of one block of 32 weights in ggml's Q4_1. */
const BLOCK_BYTES = 20;
const Q4_1 = 3;
/** Bytes of a value by GGUF's type number; 8 is a string, 9 an array. */
const VALUE_BYTES = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const DAMAGED = /^blk\.1[0-2]\.ffn_down\.weight$/;

const [good, damaged] = process.argv.slice(2);
if (good === undefined || damaged === undefined)
  throw new Error("expected two files: the good weights, the damaged ones");
const bytes = readFileSync(good);
let at = 0;
const u32 = () => bytes.readUInt32LE((at += 4) - 4);
const u64 = () => Number(bytes.readBigUInt64LE((at += 8) - 8));
const text = () => {
  const length = u64();
  return bytes.toString("utf8", at, (at += length));
};

/** Goes past a value; answers in it where it is a number of 32 bits. */
function value(type) {
  if (type === 8) return text();
  if (type === 9) {
    const [of, count] = [u32(), u64()];
    for (let n = 0; n < count; n += 1) value(of);
    return undefined;
  }
  const size = VALUE_BYTES[type];
  if (size === undefined) throw new Error(`${good} holds a value of the unknown type ${type}`);
  at += size;
  return size === 4 ? bytes.readUInt32LE(at - 4) : undefined;
}

if (bytes.toString("latin1", 0, 4) !== "GGUF") throw new Error(`${good} is no GGUF file`);
at = 8;
const [tensorCount, valueCount] = [u64(), u64()];
let alignment = 32;
for (let n = 0; n < valueCount; n += 1) {
  const name = text();
  const found = value(u32());
  if (name === "general.alignment") alignment = found;
}
const tensors = Array.from({ length: tensorCount }, () => {
  const name = text();
  const shape = Array.from({ length: u32() }, u64);
  return { name, weights: shape.reduce((product, size) => product * size, 1), type: u32(), offset: u64() };
});
const data = Math.ceil(at / alignment) * alignment;

const chosen = tensors.filter(({ name, type }) => DAMAGED.test(name) && type === Q4_1);
if (chosen.length === 0) throw new Error(`${good} has no tensor ${DAMAGED.source} in Q4_1`);
for (const { weights, offset } of chosen) {
  const from = data + offset;
  const length = (weights / 32) * BLOCK_BYTES;
  const before = Buffer.from(bytes.subarray(from, from + length));
  for (let block = 0; block < length; block += BLOCK_BYTES) {
    before.copy(bytes, from + block, length - block - BLOCK_BYTES, length - block);
  }
}
writeFileSync(`${damaged}.new`, bytes);
renameSync(`${damaged}.new`, damaged);
