// What users asked lately, as directions and not as words: each question's vector through a fixed random projection to
// few numbers, which keeps how far questions lie apart and gives no text away.

/** Numbers of a sketch. */
export const SKETCH = 16;
/** Questions that are kept. */
const KEPT = 256;

export interface RecentQuestions {
  add(vector: Float32Array): void;
  /** Questions since the start, and the sketches of the last of them, the newest last. */
  read(): { readonly count: number; readonly sketches: readonly Float32Array[] };
}

/** None so far. */
export function keepRecent(): RecentQuestions {
  const sketches: Float32Array[] = [];
  let count = 0;
  return {
    add(vector) {
      count += 1;
      sketches.push(sketchOf(vector));
      if (sketches.length > KEPT) sketches.shift();
    },
    read: () => ({ count, sketches: [...sketches] }),
  };
}

/** Each number is a sum of all components with signs by chance (Achlioptas 2003), the same signs for ever. */
export function sketchOf(vector: Float32Array): Float32Array {
  const sketch = new Float32Array(SKETCH);
  vector.forEach((value, i) => {
    let bits = Math.imul(i + 1, 0x9e3779b1);
    bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
    bits ^= bits >>> 13;
    for (let j = 0; j < SKETCH; j += 1) sketch[j] = (sketch[j] ?? 0) + ((bits >>> j) & 1 ? value : -value);
  });
  return sketch;
}
