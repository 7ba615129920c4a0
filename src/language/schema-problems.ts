// Turns what zod found into problems for people: place in the file, what was found, what was expected, the nearest
// name.

import { z } from "zod";
import type { CodedProblem } from "../core/errors.ts";
import { nearest, suggestName } from "../core/nearest.ts";
import type { ProblemCode } from "../core/problems/index.ts";
import { WrittenNumber } from "../core/exact-json.ts";
import { followUpsOf } from "./follow-ups.ts";
import type { FollowUps, ReportedIssue } from "./follow-ups.ts";
import type { YamlSource } from "./yaml-source.ts";
import type { DataPath } from "./yaml-nodes.ts";

type Issue = z.core.$ZodIssue;

/** Every issue as a problem; a key that is missing because it was misspelt is reported once, at the misspelling. */
export function schemaProblems(schema: z.ZodType, issues: readonly Issue[], source: YamlSource): CodedProblem[] {
  const root = jsonSchemaOf(schema);
  const flat = oneOfEach(issues.flatMap((issue) => flatten(issue, [])));
  const told = flat.map(({ issue, path }): ReportedIssue => {
    const unknownKeys = issue.code === "unrecognized_keys" ? issue.keys : [];
    if (issue.code !== "invalid_type") return { path, unknownKeys };
    if (issue.input === undefined) return { path, unknownKeys, lacks: "key" };
    const isMap = issue.expected === "object" || issue.expected === "record";
    return issue.input === null && isMap ? { path, unknownKeys, lacks: "value" } : { path, unknownKeys };
  });
  const follow = followUpsOf(told, (path) => keysAt(root, path));
  return flat
    .filter(({ issue, path }) => issue.code === "unrecognized_keys" || !follow.isEcho(path))
    .flatMap((issue) => problemsOf(root, issue, { source, follow }));
}

/** Parts of the root that cannot be judged, since keys that belong into them stand at the root instead. */
export function partsTornApart(schema: z.ZodType, issues: readonly Issue[]): ReadonlySet<string> {
  const root = jsonSchemaOf(schema);
  const parts = keysAt(root, []);
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [],
  );
  return new Set(parts.filter((part) => unknown.some((key) => keysAt(root, [part]).includes(key))));
}

const jsonSchemas = new WeakMap<z.ZodType, SchemaNode>();

/** Made once for each schema: it is the greatest part of the work when many files are checked. */
function jsonSchemaOf(schema: z.ZodType): SchemaNode {
  const made = jsonSchemas.get(schema) ?? (z.toJSONSchema(schema, { reused: "inline", io: "input" }) as SchemaNode);
  jsonSchemas.set(schema, made);
  return made;
}

/** The few parts of JSON Schema that are looked into here. */
interface SchemaNode {
  readonly description?: string;
  /** It may be a secret: what stands there is not repeated. */
  readonly writeOnly?: boolean;
  readonly const?: string | number | boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
}

interface FlatIssue {
  readonly issue: Issue;
  readonly path: DataPath;
}

/** Issues inside unions come from the branch that the input is nearest to. */
function flatten(issue: Issue, above: DataPath): FlatIssue[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
  if (issue.code === "invalid_union") {
    const [nearestBranch] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    if (nearestBranch) return nearestBranch.flatMap((inner) => flatten(inner, path));
  }
  return [{ issue, path }];
}

/**
 * What is of the wrong kind has no length and no bounds either, though zod looks; of two bounds in one direction the
 * last is ours.
 */
function oneOfEach(issues: readonly FlatIssue[]): readonly FlatIssue[] {
  const ofWrongKind = new Set<string>();
  const idOf = ({ issue, path }: FlatIssue): string => JSON.stringify([issue.code, path]);
  const isBound = ({ issue }: FlatIssue): boolean => issue.code === "too_big" || issue.code === "too_small";
  const lastBounds = new Map(issues.filter(isBound).map((each) => [idOf(each), each]));
  return issues.filter((each) => {
    const key = JSON.stringify(each.path);
    if (ofWrongKind.has(key)) return false;
    if (each.issue.code === "invalid_type") ofWrongKind.add(key);
    return !isBound(each) || lastBounds.get(idOf(each)) === each;
  });
}

/** A union at the root of a branch is as far away as its own nearest branch; one deeper inside is one mistake. */
function weightOf(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.keys.length * 2;
  if (issue.code !== "invalid_union" || issue.path.length > 0 || issue.errors.length === 0) return 1;
  return Math.min(...issue.errors.map(distance));
}

function distance(issues: readonly Issue[]): number {
  let sum = 0;
  for (const issue of issues) sum += weightOf(issue);
  // A key that is missing in this branch alone, because it was misspelt, shows which branch was meant.
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const missing = issues.flatMap(({ code, input, path }) =>
    code === "invalid_type" && input === undefined ? [String(path.at(-1))] : [],
  );
  if (unknown.some((key) => nearest(key, missing) !== undefined)) sum -= 1;
  // A branch that wants another kind of thing altogether (a list, not a map) is further away than any mistake inside.
  const otherKind = issues.some(
    ({ code, path, input }) =>
      path.length === 0 && (code === "invalid_type" || (code === "invalid_value" && typeof input === "object")),
  );
  return otherKind ? sum + 1000 : sum;
}

function keysAt(root: SchemaNode, path: DataPath): string[] {
  return nodesAt([root], path).flatMap((node) =>
    alternatives(node).flatMap(({ properties }) => Object.keys(properties ?? {})),
  );
}

function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const branches = node.anyOf ?? node.oneOf;
  return branches ? branches.flatMap(alternatives) : [node];
}

function nodesAt(nodes: readonly SchemaNode[], path: DataPath): readonly SchemaNode[] {
  const [key, ...rest] = path;
  if (key === undefined) return nodes;
  const below = nodes.flatMap(alternatives).flatMap((node) => {
    const more = typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
    const next = typeof key === "number" ? node.items : (node.properties?.[key] ?? more);
    return next ? [next] : [];
  });
  return nodesAt(below, rest);
}

interface Answering {
  readonly source: YamlSource;
  readonly follow: FollowUps;
}

function problemsOf(root: SchemaNode, { issue, path }: FlatIssue, { source, follow }: Answering): CodedProblem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(root, path);
    return issue.keys
      .filter((key) => key !== "__proto__" && !follow.isEcho(path, key))
      .map((key) => ({
        place: source.placeOf([...path, key], "key"),
        code: known.includes(key) ? "RB0106" : "RB0107",
        found: known.includes(key) ? `the key "${key}" beside others that exclude it` : `unknown key "${key}"`,
        expected: known.includes(key)
          ? "one of the forms that this part may have"
          : known.length === 0
            ? "no keys"
            : "one of the keys of this format",
        // Known, but of another form of this map: it stands beside keys that it excludes.
        ...suggestion(
          known.includes(key)
            ? `leave "${key}" out, or the others`
            : (follow.adviceFor(path, key) ?? suggestName(key, known)),
        ),
      }));
  }
  if (issue.code === "invalid_key") {
    const expected = issue.issues.map((inner) => inner.message).join(" and ");
    return [{ place: source.placeOf(path, "key"), code: "RB0108", found: `the name ${quote(issue.input)}`, expected }];
  }
  if (issue.input === undefined) {
    const key = path.at(-1);
    const node = nodesAt([root], path)[0];
    const place = source.placeOf(path.slice(0, -1), "key");
    return [{ place, code: "RB0101", found: `no "${String(key)}"`, expected: node?.description ?? expectedOf(issue) }];
  }
  const choices = nodesAt([root], path).flatMap((node) => (node.const === undefined ? [] : [String(node.const)]));
  const isSecret = nodesAt([root], path).some(({ writeOnly }) => writeOnly === true);
  // For a union whose kind is unknown zod hands over the whole map, but points at the kind.
  const input = issue.code === "invalid_union" ? valueAt(source.value, path) : issue.input;
  const hint =
    follow.adviceFor(path) ??
    habitHint(issue, input) ??
    suggestValue(input, issue.code === "invalid_value" ? issue.values.map(String) : choices);
  return [
    {
      place: source.placeOf(path),
      code: codeOf(issue),
      found: isSecret ? "a text of its own" : shownAt(source, path, input),
      expected: expectedOf(issue, choices),
      ...suggestion(hint),
    },
  ];
}

function codeOf({ code }: Issue): ProblemCode {
  if (code === "invalid_type") return "RB0102";
  if (code === "invalid_value" || code === "invalid_union") return "RB0103";
  return code === "too_small" || code === "too_big" ? "RB0104" : "RB0105";
}

/** What people write out of habit (other YAML, other languages), and how it is written here. */
function habitHint(issue: Issue, input: unknown): string | undefined {
  if (issue.code !== "invalid_type" || typeof input !== "string") return undefined;
  if (issue.expected === "boolean" && /^(?:yes|on|y)$/i.test(input)) return "write true";
  if (issue.expected === "boolean" && /^(?:no|off|n)$/i.test(input)) return "write false";
  if (issue.expected === "array") return "put it in brackets: [ … ]";
  if (issue.expected !== "number" && issue.expected !== "int") return undefined;
  const plain = input.replaceAll("_", "");
  if (plain === "" || !Number.isFinite(Number(plain))) return undefined;
  return plain === input ? "leave the quotes out" : `write ${plain}`;
}

function valueAt(value: unknown, path: DataPath): unknown {
  let found = value;
  for (const key of path) {
    found = typeof found === "object" && found !== null ? new Map(Object.entries(found)).get(String(key)) : undefined;
  }
  return found;
}

function suggestion(text: string | undefined): { suggestion?: string } {
  return text === undefined ? {} : { suggestion: text };
}

function suggestValue(input: unknown, values: readonly string[]): string | undefined {
  const hint = typeof input === "string" ? suggestName(input, values) : undefined;
  return hint?.startsWith("did") ? hint : undefined;
}

/** Numbers are shown as they were written. */
function shownAt(source: YamlSource, path: DataPath, input: unknown): string {
  const written = typeof input === "number" ? source.written(path) : null;
  return written instanceof WrittenNumber ? quote(written.text).slice(1, -1) : quote(input);
}

/** A value as it is shown in a problem: texts in quotes and cut, the rest by what it is. */
function quote(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a map";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a map of keys to values",
  record: "a map of names to values",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function expectedOf(issue: Issue, choices: readonly string[] = []): string {
  if (issue.message !== "" && !/^(?:Invalid|Too|Unrecognized)/.test(issue.message)) {
    const isBound = (issue.code === "too_small" || issue.code === "too_big") && !/\d/.test(issue.message);
    return isBound ? `${issue.message}, ${boundOf(issue)}` : issue.message;
  }
  switch (issue.code) {
    case "invalid_type":
      return typeWords[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
    case "too_big":
      return boundOf(issue);
    default:
      return choices.length > 0 ? `one of ${choices.join(", ")}` : issue.message;
  }
}

function boundOf(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const unit = unitOf(issue.origin);
  if (issue.code === "too_small")
    return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit}`;
  return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit}`;
}

function unitOf(origin: string): string {
  if (origin === "array") return " in the list";
  return origin === "string" ? " characters" : "";
}
