// Words that turn a question into another one while its vector hardly moves. Measured with the stack's model: "When
// should I use fs.readFile?" and the same with "not" are 0.98 alike, questions about file 1 and file 2 0.99.
import { truncateInput } from "../embedder/input.ts";

const NEGATION = /^(?:no|not|non|never|none|neither|nor|without|cannot|except|unless|instead|\w+n['’]t)$/i;
/** Names of code: a point, an underscore or a capital inside, such as `fs.readFile`, `IP_TTL`, `stdin2`. */
const NAME = /[\w$][._/:$-]+[\w$]|[a-z\d][A-Z]|[A-Z]{2}|\d/;

/** Negations, numbers and names of code, in the order in which they stand there. */
export function tellingWords(question: string): string {
  const words = question.split(/[\s,;!?()[\]{}"“”]+/).map((word) => word.replace(/^[.:'’`]+|[.:'’`]+$/g, ""));
  return words
    .filter((word) => NEGATION.test(word) || NAME.test(word))
    .map((word) => (NEGATION.test(word) ? "not" : word))
    .join(" ");
}

/** Does the model read all of it? What it does not read makes no difference to the vector. */
export function isReadWhole(question: string): boolean {
  return truncateInput(question) === question.replace(/\s+/g, " ").trim();
}
