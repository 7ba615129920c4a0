// What looks like a secret in words of others is replaced by "…": names that are followed by a value, and values that
// show by their look what they are. Counts, states and names of things stay, or nobody could read what is left.

/** A secret's name as one word, or its end: `dbpassword`. */
const strongWord = /(?:password|passwd|passphrase|passcode|secret|credential|authorization|apikey|signature)s?$/;
const strongWords = new Set(["pwd", "cookie", "cookies", "pgpass", "dbpass", "userpass", "rootpass", "adminpass"]);
/** Of these a key is one to a door, not to a row. */
const keyTo = new Set("api access private secret signing encryption master session account client shared".split(" "));
/** What a name speaks of when it ends so: not the secret itself. */
const about = new Set(
  (
    "policy name type count length limit min max age ttl expiry expires path file ref version manager store rotation " +
    "per used usage budget rate second minute left total status state error url header"
  ).split(" "),
);
/** A value that says how it stands with the secret. */
const state =
  /^(?:true|false|null|none|nil|undefined|missing|required|invalid|expired|denied|refused|failed|ok|unset|empty|not)$/i;
/** A number with its unit. */
const amount = /^\d[\d.,]*(?:ms|s|%|k|\/s)?$/i;
const named = /^(?:[a-z]+-)+\d{1,3}[.:)]?$|^v?\d+(?:\.\d+)+$/i;

type Kind = "strong" | "token" | "word";

/** Undefined: the name of nothing secret. `word`: an everyday word, too. */
function kindOf(name: string): Kind | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_-]+/)
    .filter((word) => word !== "");
  if (about.has(words.at(-1) ?? "")) return undefined;
  const isKey = words.some((word, n) => /^keys?$/.test(word) && keyTo.has(words[n - 1] ?? ""));
  if (isKey || words.some((word) => strongWord.test(word) || strongWords.has(word))) return "strong";
  if (words.some((word) => /tokens?$/.test(word))) return "token";
  return words.some((word) => word === "pass" || word === "auth") ? "word" : undefined;
}

interface Assigned {
  readonly name: string;
  readonly by: string;
  readonly value: string;
  readonly isQuoted: boolean;
}

function isSecret({ name, by, value, isQuoted }: Assigned): boolean {
  if (/^(?:…|\[secret\]?)/.test(value) || (!isQuoted && state.test(value))) return false;
  // As variables of an environment are written: OPENAI_KEY=…
  const kind = by.includes("=") && /^[A-Z][A-Z0-9_]*_KEY$/.test(name) ? "strong" : kindOf(name);
  if (kind === undefined || kind === "strong") return kind !== undefined;
  if (amount.test(value)) return kind === "token" && /token$/i.test(name) && /^\d{4,}$/.test(value);
  // "pass: merging" is a sentence.
  return kind === "token" || isQuoted || by.includes("=") || !/^(?:pass|auth)$/i.test(name) || looksMade(value, 6);
}

/** Letters and digits in one word, or a word that is very long. */
function looksMade(value: string, least: number): boolean {
  return value.length >= 16 || (value.length >= least && /\d/.test(value) && /[a-z]/i.test(value));
}

const quoted = [
  String.raw`(?<open>\\+["'])(?<escaped>.*?)(?=\k<open>|$)`,
  String.raw`"(?<double>(?:[^"\\]|\\.)*)`,
  String.raw`'(?<single>(?:[^'\\]|\\.)*)`,
].join("|");
const scheme = String.raw`(?:bearer|basic|token|digest|api-?key|negotiate)\s+`;
const bare = String.raw`(?<scheme>${scheme})?(?<bare>[^\s"',;&\\](?:[^\s,;&]*[^\s,;&"'\])}\\])?)`;
const value = `(?:${quoted}|${bare})`;
const assigned = new RegExp(
  String.raw`(?<![\w-])(?<name>[\w-]{1,200})(?<by>\\*["'\x60]?\]?\s*(?:=>|:=|[:=])\s*)${value}`,
  "gi",
);
const flag = new RegExp(String.raw`(?<![\w-])(?<name>--[\w-]{1,200})(?<by>\s+)(?!-)${value}`, "gi");
const password = String.raw`passw(?:or)?d|pwd|passphrase|passcode`;
const doorKey = String.raw`(?:${[...keyTo].join("|")})[-_ ]key`;
const said = new RegExp(
  String.raw`\b(?<name>${password}|secret|token|pass|credentials?|${doorKey})(?<by>(?:\s+(?:is|was))?\s+)${value}`,
  "gi",
);
const provided = new RegExp(
  String.raw`\b(?<name>(?:${password}|secret|token|credential|${doorKey})s?)(?<by>\s+provided:?\s*)${value}`,
  "gi",
);
const isPassword = new RegExp(`^(?:${password})$`, "i");

type Groups = Readonly<Record<string, string | undefined>>;

/** Replaces the value of each find by `…` where `isOne`; its quotes and the word before it stay. */
function masked(line: string, pattern: RegExp, isOne: (found: Assigned) => boolean): string {
  let [shown, done] = ["", 0];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(line); found !== null; found = pattern.exec(line)) {
    const { name = "", by = "", open, escaped, double, single, scheme, bare } = found.groups as Groups;
    const inQuotes = escaped ?? double ?? single;
    const text = inQuotes ?? bare ?? "";
    const valueAt = found.index + name.length + by.length;
    if (text !== "" && isOne({ name, by, value: text, isQuoted: inQuotes !== undefined })) {
      const before = open ?? (double !== undefined ? '"' : single !== undefined ? "'" : (scheme ?? ""));
      shown += `${line.slice(done, valueAt)}${before}…`;
      done = pattern.lastIndex;
    } else pattern.lastIndex = valueAt; // What is no secret may hold one.
  }
  return shown + line.slice(done);
}

const looks: readonly (readonly [RegExp, string])[] = [
  // A URL's user, password, query and fragment.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'<>?#]*@/gi, "$1"],
  // A password may hold a slash; a port may be followed by one, too.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/:@"'<>]*:(?!\d{1,5}(?:[/\s?#]|$))[^\s"'<>]*@/gi, "$1"],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, "$1?…"],
  [/\b(bearer)\s+[a-z0-9._~+/=-]{6,}/gi, "$1 …"],
  // Its base64 has capitals or digits in it: "basic health" stays.
  [/\b([Bb]asic|BASIC)\s+(?=\S+[A-Z0-9=])[A-Za-z0-9+/=_-]{6,}/g, "$1 …"],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*["']?)[^\s"',;]+(?:;\s*[^\s"',;]+)*/gi, "$1…"],
  [/(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(?=-----END|$)/g, "$1…"],
  [/(<([\w-]{0,40}(?:password|passwd|secret|token|api-?key))>)[^<]+/gi, "$1…"],
];

const traceId = String.raw`trace(?:[-_ ]?id)?\\?["']?\s*[:=]?\s*\\?["']?[\da-f]{32}`;
const traceparent = String.raw`traceparent\\?["']?\s*[:=]?\s*\\?["']?00-[\da-f]{32}`;

const byLook: readonly (readonly [RegExp, string])[] = [
  // Keys by their look: OpenAI, GitHub, Slack, AWS, JSON Web Tokens.
  [/\b(?:[sprk]k[-_]|gh[opsu]_|github_pat_|xox[abeprs]-|hf_|AKIA|eyJ)[\w-]{8,}(?:\.[\w-]+)*/g, "…"],
  // Base64 of 30 bytes or more; a path begins with a slash or has dots in it.
  [/(?<![\w./:\\-])(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9+][A-Za-z0-9+/]{39,}={0,2}(?![\w.-])/g, "…"],
  // Any run of 32 letters and digits but the id of a trace.
  [new RegExp(String.raw`(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{32,}(?<!${traceId})(?<!${traceparent})`, "gi"), "…"],
];

/** Every name has one of these in it; most lines have none. */
const mayName = /pass|pwd|secret|token|key|auth|cookie|credential|signature/i;

/** The line, with `…` in place of whatever looks like a secret. */
export function withoutSecrets(line: string): string {
  let text = line;
  for (const [pattern, put] of looks) text = text.replace(pattern, put);
  if (mayName.test(text)) text = withoutNamed(text);
  for (const [pattern, put] of byLook) text = text.replace(pattern, put);
  return text;
}

function withoutNamed(line: string): string {
  let text = masked(line, provided, () => true);
  text = masked(text, assigned, isSecret);
  text = masked(text, flag, isSecret);
  return masked(text, said, ({ name, value: word, isQuoted }) =>
    isPassword.test(name) ? isQuoted || looksMade(word, 6) : looksMade(word, 6) && !named.test(word),
  );
}
