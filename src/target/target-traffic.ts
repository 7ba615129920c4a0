// The request mix and its dataset: every field that a template asks for is in every row, and what makes an answer right
// is no empty text.

import { fieldsIn, fillText, readRows } from "../core/dataset.ts";
import type { Dataset } from "../core/dataset.ts";
import { messageOf } from "../core/errors.ts";
import { nearest, suggestName } from "../core/nearest.ts";
import { sessionFields } from "../core/session.ts";
import { requestStreamsIn, stepsIn } from "./stream-schema.ts";
import type { RequestStreamFile, WrittenStream } from "./stream-schema.ts";
import type { TargetDraft } from "./target-names.ts";
import { places } from "./target-templates.ts";
import type { DataPath } from "../language/yaml-nodes.ts";

/** A stream of requests, where it is written, and how problems with it are reported. */
interface Mix extends WrittenStream<RequestStreamFile> {
  readonly draft: TargetDraft;
}

/** Checks the templates of every stream of requests against the rows of its dataset. */
export function checkTraffic(draft: TargetDraft): void {
  for (const written of requestStreamsIn(draft.file.traffic)) {
    const mix = { draft, ...written };
    const dataset = written.stream.dataset === undefined ? null : readDataset(mix, written.stream.dataset);
    checkMix(mix, dataset);
    // Of a step its own keys alone: what it shares stands in the stream, and is checked there.
    const { name, dataset: file, session, method, stream } = written.stream;
    for (const { path, step } of stepsIn(written)) {
      const { url = "", method: own = method, stream: kind = stream } = step;
      const asStream = { ...step, url, method: own, stream: kind, name, dataset: file, session };
      checkMix({ draft, path, stream: asStream }, dataset);
    }
  }
}

function checkMix(mix: Mix, dataset: Dataset | null | undefined): void {
  const { draft, stream: traffic } = mix;
  checkHeaders(mix, Object.keys(traffic.headers ?? {}));
  checkTransport(mix, Object.entries(traffic.headers ?? {}));
  if (dataset === undefined) return;
  const uses = usesOf(mix);
  for (const use of uses) checkField(mix, use, dataset);
  const known = new Set((dataset?.rows ?? []).flatMap(({ row }) => Object.keys(row)));
  if (traffic.canary === true) {
    checkCanary(mix, uses, known);
    known.add(CANARY);
  }
  if (traffic.session !== undefined) checkSessionFields(mix, known);
  for (const { path, field } of bareIn(traffic.body, [...mix.path, "body"])) {
    if (!known.has(field)) continue;
    const found = `{${field}} without quotes, which YAML reads as a map`;
    draft.report(path, { code: "RB1004", found, expected: `"{${field}}"` });
  }
  if (dataset === null) return;
  if (traffic.right_when_contains !== undefined) checkRight(mix, traffic.right_when_contains, dataset);
  for (const [name, text] of Object.entries(traffic.headers ?? {})) checkHeaderText(mix, { name, text, dataset });
}

/** Names of headers have no case: the last of two would win. */
function checkHeaders({ draft, path }: Mix, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    const expected = "each header once, in whatever case";
    if (seen.has(lower))
      draft.report([...path, "headers", name], { code: "RB1010", found: `the header "${lower}" again`, expected });
    seen.add(lower);
  }
}

const ours = new Set(["content-length", "transfer-encoding", "keep-alive", "expect", "upgrade"]);

/** What belongs to the connection is Rebound's to say, and an answer that is compressed could not be read. */
function checkTransport({ draft, path: stream }: Mix, headers: readonly (readonly [string, string])[]): void {
  for (const [name, text] of headers) {
    const lower = name.toLowerCase();
    const path = [...stream, "headers", name];
    if (ours.has(lower)) {
      draft.report(path, {
        code: "RB1010",
        found: `the header "${lower}"`,
        expected: "none that speaks of the connection; leave it out",
      });
    } else if (lower === "accept-encoding" && text.trim().toLowerCase() !== "identity") {
      const expected = '"identity", or no such header: answers are read as they come';
      draft.report(path, {
        code: "RB1010",
        found: `${JSON.stringify(text)}, which asks for compressed answers`,
        expected,
      });
    }
  }
}

interface HeaderText {
  readonly name: string;
  readonly text: string;
  readonly dataset: Dataset;
}

/** What HTTP does not take as a value of a header (RFC 9110, 5.5) would never be sent. */
function checkHeaderText(
  { draft, path: stream, stream: { dataset: file } }: Mix,
  { name, text, dataset }: HeaderText,
): void {
  const isSendable = (value: string): boolean => /^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(value);
  const path = [...stream, "headers", name];
  const first = dataset.rows.find(({ row }) => isSendable(text) && !isSendable(fillText(text, row)));
  if (first === undefined) return;
  const found = `characters that a header cannot hold, from the row ${file ?? ""}:${first.line}`;
  draft.report(path, { code: "RB1010", found, expected: "Latin-1 without line breaks" });
}

/** undefined when it cannot be used, which is reported. */
function readDataset({ draft, path: stream }: Mix, file: string): Dataset | undefined {
  const path = [...stream, "dataset"];
  if (!draft.exists(file)) {
    draft.report(path, { code: "RB1012", found: `no file "${file}"`, expected: "a file, relative to target.yaml" });
    return undefined;
  }
  let text: string;
  try {
    text = draft.read(file);
  } catch (thrown) {
    draft.report(path, {
      code: "RB1012",
      found: `"${file}", which cannot be read: ${messageOf(thrown)}`,
      expected: "JSON Lines",
    });
    return undefined;
  }
  const dataset = readRows(text);
  const [first, ...more] = dataset.problems;
  if (first === undefined) return dataset;
  const at = `${file}:${first.line}`;
  const others = more.length === 0 ? "" : `, and ${more.length} more such lines`;
  draft.report(path, { code: "RB1013", found: `${first.found} (${at})${others}`, expected: first.expected });
  return undefined;
}

/** The field that Rebound itself fills in where a stream has canaries. */
const CANARY = "canary";

/** A canary that is not sent comes back in nobody's answer. */
function checkCanary({ draft, path }: Mix, uses: readonly Use[], known: ReadonlySet<string>): void {
  const at = [...path, CANARY];
  if (known.has(CANARY)) {
    draft.report(at, {
      code: "RB1013",
      found: `a field "${CANARY}" in the dataset too`,
      expected: "one meaning of {canary}",
    });
  }
  const isSent = uses.some(
    ({ field, path: where }) => field === CANARY && where[path.length] !== "right_when_contains",
  );
  if (!isSent) {
    draft.report(at, {
      code: "RB1013",
      found: "{canary} nowhere in what is sent",
      expected: "{canary} in the URL, a header or the body",
    });
  }
}

/** Bare `{session}` in a body would be read as a map, and a field of that name has two meanings. */
function checkSessionFields({ draft, path, stream }: Mix, known: Set<string>): void {
  for (const field of sessionFields) {
    if (known.has(field) && path.at(-2) !== "steps") {
      const found = `a field "${field}" in ${stream.dataset ?? "the dataset"} too`;
      draft.report([...path, "session"], { code: "RB1013", found, expected: `one meaning of {${field}}` });
    }
    known.add(field);
  }
}

interface Use {
  readonly field: string;
  readonly path: DataPath;
  readonly column: number;
  /** The character before the template. */
  readonly before: string;
  readonly times: number;
}

/** Each field once, at its first use, with how often it is used. */
function usesOf({ path, stream: traffic }: Mix): readonly Use[] {
  const texts: readonly (readonly [DataPath, string])[] = [
    [[...path, "url"], traffic.url],
    ...Object.entries(traffic.headers ?? {}).map(([name, text]) => [[...path, "headers", name], text] as const),
    ...textsIn(traffic.body, [...path, "body"]),
    ...(traffic.right_when_contains === undefined
      ? []
      : [[[...path, "right_when_contains"], traffic.right_when_contains] as const]),
  ];
  const uses = new Map<string, Use>();
  for (const [at, text] of texts) {
    for (const { field, column } of fieldsIn(text)) {
      // What Rebound itself fills in, and only here.
      if (at[path.length] === "url" && places.includes(field)) continue;
      const first = uses.get(field) ?? { field, path: at, column, before: text[column - 2] ?? "", times: 0 };
      uses.set(field, { ...first, times: first.times + 1 });
    }
  }
  return [...uses.values()];
}

/** Every text inside, with its path. */
export function textsIn(value: unknown, path: DataPath): readonly (readonly [DataPath, string])[] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((each, index) => textsIn(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key]));
}

/** Maps of one key without a value: so `{field}` is read where it has no quotes. */
function bareIn(value: unknown, path: DataPath): readonly { readonly path: DataPath; readonly field: string }[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => bareIn(each, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && only[1] === null) return [{ path, field: only[0] }];
  return entries.flatMap(([key, each]) => bareIn(each, [...path, key]));
}

/** `dataset` is null where the target has none. */
function checkField({ draft, stream, path: mixPath }: Mix, use: Use, dataset: Dataset | null): void {
  const { field, path, column, before } = use;
  if (field === CANARY && stream.canary === true) return;
  if (stream.session !== undefined && isOfSession(use, mixPath)) return;
  const rows = dataset?.rows ?? [];
  const lacking = rows.filter(({ row }) => !Object.hasOwn(row, field));
  if (rows.length > 0 && lacking.length === 0) return;
  const isNowhere = lacking.length === rows.length;
  // In texts such as \d{3} braces are no template.
  if (isNowhere && /^\d+$/.test(field)) return;
  const file = stream.dataset ?? "";
  if (!isNowhere) {
    const others = lacking.length === 1 ? "" : ` and ${lacking.length - 1} more`;
    const found = `{${field}}, which the row ${file}:${lacking[0]?.line ?? 0}${others} does not have`;
    draft.reportInside(path, column, { code: "RB1013", found, expected: "a field that every row has" });
    return;
  }
  const known = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  const again = use.times === 1 ? "" : `, here and in ${use.times - 1} more`;
  draft.reportInside(path, column, {
    code: "RB1013",
    found: dataset ? `{${field}}, which is no field of ${file}${again}` : `{${field}} without a dataset${again}`,
    expected: dataset ? "a field of the dataset" : "a `dataset` with that field",
    suggestion: adviceFor(field, before, known),
  });
}

/** A key goes into headers alone: all else is written down. */
function isOfSession({ field, path }: Use, mix: DataPath): boolean {
  const [session, key] = sessionFields;
  return field === session || (field === key && path[mix.length] === "headers");
}

function adviceFor(field: string, before: string, known: readonly string[]): string {
  if (field === CANARY) return "say `canary: true` for one that is made for each request";
  if (before === "$") return "environment variables are not filled in here";
  const hint = suggestName(field, known);
  if (nearest(field, known) !== undefined && hint !== undefined) return hint;
  return `${hint === undefined ? "" : `${hint}; `}for the text itself write {{${field}}}`;
}

/** Every answer contains the empty text, and none is right for nothing. */
function checkRight({ draft, path, stream }: Mix, wanted: string, { rows }: Dataset): void {
  const fields = fieldsIn(wanted).map(({ field }) => field);
  const bad = rows.filter(
    ({ row }) =>
      fillText(wanted, row).trim() === "" || fields.some((field) => Object.hasOwn(row, field) && row[field] === null),
  );
  const [first] = bad;
  if (first === undefined) return;
  const others = bad.length === 1 ? "" : ` and ${bad.length - 1} more`;
  const found = `nothing to look for in answers to the row ${stream.dataset ?? ""}:${first.line}${others}`;
  draft.report([...path, "right_when_contains"], { code: "RB1013", found, expected: "a text in every row" });
}
