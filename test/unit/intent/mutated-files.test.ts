import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Problem } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { probeKinds } from "../../../src/probes/table.ts";

const root = join(import.meta.dirname, "../../..");

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => join(root, folder, name))
    .toSorted();
}

const targetFiles = filesBelow("targets", /^[^/]+\/target\.yaml$/);
const intentFiles = filesBelow("experiments", /\.yaml$/);

function lintTarget(file: string, text: string): readonly Problem[] {
  return lintTargetText(text, file, targetReader(dirname(file))).problems;
}

const targets = new Map(
  targetFiles.flatMap((file) => {
    const { target } = lintTargetText(readFileSync(file, "utf8"), file, targetReader(dirname(file)));
    return target ? [[target.name, target] as const] : [];
  }),
);
const context = {
  targets,
  probeKinds,
  faultTable: new Map(faults.map((fault) => [fault.name, fault])),
  offers: offeredBy,
};

function lint(file: string, text: string): readonly Problem[] {
  return basename(file) === "target.yaml" ? lintTarget(file, text) : lintIntentText(text, file, context).problems;
}

/** What strangers, other formats and slips of the fingers put into YAML. */
const oddities = [
  ..."\t{}[],:&*!|>'\"%@`#?-~ \r\n\u0000\uFEFF\u2028é".split(""),
  "😀",
  ": ",
  "- ",
  "<<: *a",
  "&a ",
  "*a",
  "!!binary ",
  "!x ",
  "---\n",
  "...\n",
  "%YAML 1.1\n---\n",
  "null",
  "true",
  "yes",
  "1e400",
  "-1",
  "0x1F",
  "1_000",
  ".inf",
  ".nan",
  "464004151041070705",
  "2026-01-01",
  "60m",
  "{q}",
  "{{q}}",
  "${KEY}",
  "__proto__: 1\n",
  "? ",
  "x-a: 1\n",
  "users.error_share",
  " > 5",
  " and not (",
  "{port:nobody}",
];

type Mutation = (text: string, pick: (below: number) => number) => string;

const mutations: readonly Mutation[] = [
  (text, pick) => insertAt(text, pick(text.length + 1), oddities[pick(oddities.length)] ?? ""),
  (text, pick) => cut(text, pick(text.length), 1 + pick(12)),
  (text, pick) => text.slice(0, pick(text.length)),
  (text, pick) => onLine(text, pick, () => []),
  (text, pick) => onLine(text, pick, (line) => [line, line]),
  (text, pick) => onLine(text, pick, (line) => [`  ${line}`]),
  (text, pick) => onLine(text, pick, (line) => [line.replace(/^ {2}/, "")]),
  (text, pick) => onLine(text, pick, (line) => [line.replace(/:.*/, `: ${oddities[pick(oddities.length)] ?? ""}`)]),
  (text, pick) => onLine(text, pick, (line) => [line.replace(/(\w)(\w)(?=\w*:)/, "$2$1")]),
  (text, pick) => onLine(text, pick, (line) => [line.replace(/\d+/, oddities[pick(oddities.length)] ?? "")]),
  (text) => text.replaceAll("\n", "\r\n"),
];

function insertAt(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at);
}

function cut(text: string, at: number, length: number): string {
  return text.slice(0, at) + text.slice(at + length);
}

function onLine(text: string, pick: (below: number) => number, change: (line: string) => readonly string[]): string {
  const lines = text.split("\n");
  const at = pick(lines.length);
  return lines.flatMap((line, index) => (index === at ? change(line) : [line])).join("\n");
}

function misplaced(file: string, text: string, { code, place, found }: Problem): boolean {
  const lines = text.split(/\n/);
  if (place === undefined || code === undefined || found === "") return true;
  const line = lines[place.line - 1];
  return place.file !== file || line === undefined || place.column < 1 || place.column > line.length + 1;
}

/** More of them: REBOUND_MUTATIONS=10000 npx vitest run --project fast test/unit/intent/mutated-files.test.ts */
const rounds = Number(process.env["REBOUND_MUTATIONS"] ?? 600);

test(
  "shipped files with one to three seeded mutations are linted without a throw, and every problem has its place and its code",
  () => {
    const sources = [...intentFiles, ...targetFiles].map((file) => [file, readFileSync(file, "utf8")] as const);
    expect(sources.length).toBeGreaterThan(9);
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const random = seededRandom(round, "mutated files");
      const pick = (below: number): number => Math.min(below - 1, Math.floor(random.next() * below));
      const [file, original] = sources[pick(sources.length)] ?? ["", ""];
      let text = original;
      for (let n = 1 + pick(3); n > 0; n -= 1) text = mutations[pick(mutations.length)]?.(text, pick) ?? text;
      const problems = lint(file, text);
      if (problems.length > 0) refused += 1;
      const lost = problems.filter((problem) => misplaced(file, text, problem));
      expect({ round, file, lost }).toEqual({ round, file, lost: [] });
    }
    // Most mutations break something: else nothing was looked at.
    expect(refused / rounds).toBeGreaterThan(0.5);
  },
  Math.max(60_000, 60 * rounds),
);
