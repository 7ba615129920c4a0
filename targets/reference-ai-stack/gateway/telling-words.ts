// Words that turn a question into another one while its vector hardly moves. Measured with the stack's model: "When
// should I use fs.readFile?" and the same with "not" are 0.98 alike, questions about file 1 and file 2 0.99,
// "encrypt" and "decrypt" 0.99, "minimum" and "maximum" 0.99, "http" and "https" 0.97. A vector says that two
// questions are about the same; only their words say that they ask the same.
import { truncateInput } from "../embedder/input.ts";

const NEGATION = /^(?:no|not|non|never|none|neither|nor|without|cannot|except|unless|instead|\w+n['’]t)$/i;
/** Names of code: a point, an underscore or a capital inside, such as `fs.readFile`, `IP_TTL`, `stdin2`. */
const NAME = /[\w$][._/:$-]+[\w$]|[a-z\d][A-Z]|[A-Z]{2}|\d/;

/** Words that may stand there, or not, without another question being asked. */
const FILLERS = new Set([
  "a",
  "an",
  "the",
  "i",
  "you",
  "we",
  "me",
  "us",
  "my",
  "your",
  "our",
  "please",
  "just",
  "so",
  "then",
]);
/**
 * The same, but at the begin: "Can I …?" asks something else than "Do I …?", "How can I …?" and "How do I …?" the same.
 */
const HELPERS = new Set(["do", "does", "did", "can", "could", "would", "will"]);

/** All words but fillers, in the order in which they stand there; names of code as they are written. */
export function tellingWords(question: string): string {
  const words = question.split(/[\s,;!?()[\]{}"“”]+/).map((word) => word.replace(/^[.:'’`]+|[.:'’`]+$/g, ""));
  return words
    .filter((word) => word !== "")
    .map((word) => (NEGATION.test(word) ? "not" : NAME.test(word) ? word : word.toLowerCase()))
    .filter((word, place) => !FILLERS.has(word) && (place === 0 || !HELPERS.has(word)))
    .join(" ");
}

/** Does the model read all of it? What it does not read makes no difference to the vector. */
export function isReadWhole(question: string): boolean {
  return truncateInput(question) === question.replace(/\s+/g, " ").trim();
}
