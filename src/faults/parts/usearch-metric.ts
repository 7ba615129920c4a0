// A usearch file as other code would have built it of the same texts: for the inner product in place of cosine, and of
// vectors that nobody made equally long. By cosine their length says nothing; by the inner product the longest of them
// come before the nearest. The engine searches by the metric that the file names (index_dense.hpp), whatever the one
// who opens it has asked for. See usearch-graph.ts for the format.

import { HarnessError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import type { Lying } from "./graph.ts";
import { graphBehind, readGraph } from "./usearch-graph.ts";

/** In the head of the graph stands the metric, by a letter: c or i. */
const metricAt = 13;
const [cosine, innerProduct] = [0x63, 0x69] as const;
const floatBytes = 4;

/**
 * The same rows, each made longer or shorter by up to `times`, and by the inner product; the same for the same seed.
 * Throws for what is no file of usearch with so many rows, or is not for cosine.
 */
export function byInnerProduct(
  file: Uint8Array,
  lying: Lying,
  { times, seed }: { readonly times: number; readonly seed: number },
): Uint8Array {
  const graph = graphBehind(file, lying);
  readGraph(graph);
  if (graph[metricAt] !== cosine) {
    const hint = "take index.torn-pair or index.degenerate-build, which do not ask for the metric";
    throw new HarnessError("environment", "the index is not built for cosine: another metric may be the right one", {
      hint,
    });
  }
  const { offset, rowBytes, rows } = lying;
  const made = Buffer.from(file);
  const random = seededRandom(seed, "index.wrong-metric");
  for (let row = 0; row < rows; row += 1) {
    // As often longer as shorter.
    const longer = times ** (2 * random.next() - 1);
    for (let at = offset + row * rowBytes; at < offset + (row + 1) * rowBytes; at += floatBytes) {
      made.writeFloatLE(longer * made.readFloatLE(at), at);
    }
  }
  made[file.length - graph.length + metricAt] = innerProduct;
  return made;
}
