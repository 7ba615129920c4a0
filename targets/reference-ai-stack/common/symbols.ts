// Names of an API in running text: parts joined by dots, a call, or words run together (`fs.watch`, `close()`,
// `readableFlowing`).

const SYMBOL = /(?<![\w$.])(?:[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+|[A-Za-z_$][\w$]*(?=\(\))|[a-z]+[A-Z][\w$]*)/g;

/** Each of them once, in their order. */
export function symbolsIn(text: string): readonly string[] {
  return [...new Set(text.match(SYMBOL))];
}

/** The text with each of them replaced. */
export function withSymbols(text: string, replace: (symbol: string) => string): string {
  return text.replaceAll(SYMBOL, replace);
}
