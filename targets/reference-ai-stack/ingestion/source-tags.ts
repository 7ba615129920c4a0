// What kind of data a source sends, by the tags of what came from it: who changes that data has to know. What cannot be
// told is never taken for public.
import { UNCLASSIFIED } from "../common/data-tags.ts";
import type { Intake } from "./intake.ts";
import type { Batch, Ledger } from "./ledger.ts";
import { FIELDS, linesOf, renamed } from "./records.ts";

const TAG = /^[a-z][a-z0-9-]*$/;
/** A text of more words than this lists no tags. */
const MOST_WORDS = 5;

/** Of a batch that was taken, and whose bytes are gone. */
const lost: readonly string[] = [UNCLASSIFIED];

type Mapping = Readonly<Record<string, string>>;

export interface SourceTags {
  /** Every tag of every record that came from a source and is queued or published, or lies there still; sorted. */
  readonly of: (source: string) => readonly string[];
  /**
   * Every tag of every record of these batches, whose copies are kept; sorted. What was not read yet is unclassified.
   */
  readonly ofCopies: (batches: readonly Batch[]) => readonly string[];
}

/** So many copies are read by one look at most: the next look reads more. */
const MOST_READ = 200;

export function createSourceTags(
  ledger: Pick<Ledger, "ofSource" | "source">,
  intake: Pick<Intake, "kept" | "lying">,
): SourceTags {
  const known = new Map<string, { readonly by: string; readonly tags: readonly string[] }>();
  const tagsOfBatch = (
    key: string,
    content: () => Buffer | undefined,
    mapping: Mapping,
  ): readonly string[] | undefined => {
    const by = JSON.stringify(mapping);
    const kept = known.get(key);
    if (kept?.by === by) return kept.tags;
    const bytes = content();
    if (bytes === undefined) return undefined;
    const tags = tagsOfContent(bytes, mapping);
    known.set(key, { by, tags });
    return tags;
  };
  const ofBatch = (batch: Batch, mapping: Mapping): readonly string[] =>
    tagsOfBatch(String(batch.seq), () => intake.kept(batch), mapping) ?? lost;
  const of = (source: string): readonly string[] => {
    const { mapping } = ledger.source(source);
    const taken = ledger.ofSource(source).flatMap(([batch, gone]) => gone ?? ofBatch(batch, mapping));
    // What lies there no more brings no tags.
    const lying = intake.lying(source).flatMap(({ key, content }) => tagsOfBatch(key, content, mapping) ?? []);
    return [...new Set([...taken, ...lying])].toSorted();
  };
  return {
    of,
    ofCopies(batches) {
      let unread = 0;
      const tags = batches.flatMap((batch) => {
        if (!known.has(String(batch.seq))) unread += 1;
        return unread > MOST_READ ? lost : ofBatch(batch, ledger.source(batch.source).mapping);
      });
      return [...new Set(tags)].toSorted();
    },
  };
}

/** Of all records of a batch. */
export function tagsOfContent(content: Buffer, mapping: Mapping): readonly string[] {
  return [...new Set(linesOf(content).flatMap((line) => tagsOf(line, mapping)))];
}

/** Also of a record that has another form: who cannot be read may still say what it is. */
function tagsOf(line: string, mapping: Mapping): readonly string[] {
  const { found, rest } = parsed(line) ?? beforeTear(line);
  // Of what stands behind the tear those texts that are no names of fields.
  const texts = [...rest.matchAll(/"([^"\\]*)"(\s*:)?/g)];
  const torn = texts.flatMap(([, text = "", isName]) => (isName === undefined ? tagOf(text) : []));
  if (typeof found !== "object" || found === null) return [...torn, UNCLASSIFIED];
  return [...torn, ...tagsIn(renamed(found, mapping))];
}

function tagsIn(record: object): readonly string[] {
  const fields = Object.entries(record);
  const strange = fields.filter(([key]) => !FIELDS.includes(key)).flatMap(([key, value]) => wordsIn(value, key));
  const own: unknown = fields.find(([key]) => key === "tags")?.[1];
  const texts = Array.isArray(own) ? (own as readonly unknown[]) : [];
  const isRead = Array.isArray(own) && texts.every((one) => typeof one === "string" && tagOf(one).length > 0);
  return [...texts, ...strange]
    .flatMap((one) => (typeof one === "string" ? tagOf(one) : []))
    .concat(isRead ? [] : [UNCLASSIFIED]);
}

interface Read {
  readonly found: unknown;
  /** What could not be read. */
  readonly rest: string;
}

function parsed(text: string): Read | undefined {
  try {
    return { found: JSON.parse(text), rest: "" };
  } catch {
    return undefined;
  }
}

/** The fields of a torn record that are whole: its list of tags counts where nothing of it was torn off. */
function beforeTear(line: string): Read {
  let [depth, end] = [0, 0];
  for (const { 0: token, index } of line.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\],]/g)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (token === "," && depth === 1) end = index;
  }
  const before = parsed(`${line.slice(0, end)}}`);
  return parsed(`${line}}`) ?? { found: before?.found, rest: before === undefined ? line : line.slice(end) };
}

/** What may be a tag under a name that nobody agreed on, at any depth: short texts, and names of what is true. */
function wordsIn(value: unknown, key: string): readonly string[] {
  if (value === true) return [key];
  if (typeof value === "string") {
    const words = value.split(/[\s,;|]+/);
    return words.length > MOST_WORDS ? [] : words;
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => wordsIn(part, name));
}

function tagOf(text: string): readonly string[] {
  const tag = text.toLowerCase();
  return TAG.test(tag) ? [tag] : [];
}
