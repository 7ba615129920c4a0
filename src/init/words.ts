// Pieces of the files that are written: what is a guess, and what holds whatever a supervisor says.

/** `check` begins what a person is to look at. */
export const guess = (what: string, check: string): string => `# guess: ${what}; check ${check}`;

/** A scalar of YAML that holds whatever a supervisor says. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** On one line of a comment, and without what a terminal would obey. */
export function printable(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return plain.slice(0, 200);
}

/** At the beginning of a sentence. Names of programs that are written small stay so. */
export const capital = (who: string): string => who.replace(/^the /, "The ");
