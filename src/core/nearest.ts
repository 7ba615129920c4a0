// "Did you mean …": the nearest known word, if it is near enough to be a slip of the fingers.

/** Edit distance with neighbours swapped counting one (optimal string alignment, Damerau 1964). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + same, swapped));
    }
  }
  return cell(a.length, b.length);
}

/** The known word nearest to `word`: at most a third of its letters wrong (rounded, at least one); else undefined. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Longer words cannot be near anything a person named, and the distance costs their product.
  if (word.length > 64) return undefined;
  const limit = Math.max(1, Math.round(word.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** `did you mean "x"?` when something is near, else `known: a, b, c` (at most ten of them). */
export function suggestName(word: string, known: readonly string[]): string | undefined {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return undefined;
  const names = [...new Set(known)];
  const more = names.length > 10 ? `, … (${names.length} in all)` : "";
  return `known: ${names.slice(0, 10).join(", ")}${more}`;
}
