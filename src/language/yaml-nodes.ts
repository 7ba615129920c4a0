// Finds nodes of a YAML document by their path in the data: through aliases and merge keys, to where a value was
// written.

import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Document, Node, Pair, YAMLMap } from "yaml";

/** Where in the data: keys of maps and indexes of lists from the root. */
export type DataPath = readonly (string | number)[];

/** What an alias stands for; anything else as it is. */
export function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Is this key the merge key `<<`? In quotes it is a key like any other. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** What the value of a merge key takes its keys from: one map, or a list of them. */
export function mergeSources(document: Document, value: unknown): readonly unknown[] {
  const source = resolved(document, value);
  return isSeq(source) ? source.items.map((item) => resolved(document, item)) : [source];
}

/** Node of the value at a path; undefined when nothing is there. */
export function nodeAt(document: Document, path: DataPath): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) node = entryAt(document, node, key)?.value;
  const found = resolved(document, node);
  return isNode(found) ? found : undefined;
}

/** Offset of a value (or of its key) in the text; of the nearest enclosing thing when it is not there. */
export function offsetOf(document: Document, path: DataPath, what: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, key] of path.entries()) {
    const entry = entryAt(document, node, key);
    if (!entry) return offset;
    const keyOffset = isNode(entry.key) ? entry.key.range?.[0] : undefined;
    const valueOffset = !isEmpty(entry.value) && isNode(entry.value) ? entry.value.range?.[0] : undefined;
    const last = index === path.length - 1;
    // What encloses a missing thing is best shown by its key.
    offset = (last && what === "value" ? (valueOffset ?? keyOffset) : (keyOffset ?? valueOffset)) ?? offset;
    node = entry.value;
  }
  return offset;
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

function entryAt(document: Document, node: unknown, key: string | number): Entry | undefined {
  const parent = resolved(document, node);
  if (isSeq(parent)) {
    return typeof key === "number" && key in parent.items ? { key: null, value: parent.items[key] } : undefined;
  }
  if (!isMap(parent)) return undefined;
  const own = indexOf(parent).get(String(key));
  if (own) return own;
  // The first source that has the key wins, and is where it was written.
  for (const pair of parent.items) {
    if (!isMergeKey(pair.key)) continue;
    for (const source of mergeSources(document, pair.value)) {
      const merged = entryAt(document, source, key);
      if (merged) return merged;
    }
  }
  return undefined;
}

const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** Maps may be long, and each of their keys wrong: the last pair of each key, looked up once. */
function indexOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const made =
    indexes.get(map) ??
    new Map(
      map.items
        .filter(({ key }) => isScalar(key) && !isMergeKey(key))
        .map((pair) => [String(isScalar(pair.key) ? pair.key.value : ""), pair]),
    );
  indexes.set(map, made);
  return made;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}
