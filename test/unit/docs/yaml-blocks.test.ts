// Every piece of YAML that a page shows is one that the linters take.

import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isMap, parseDocument } from "yaml";
import { formatProblem } from "../../../src/core/errors.ts";
import type { Problem } from "../../../src/core/errors.ts";
import type { Target } from "../../../src/core/target.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { findTargets } from "../../../src/store/read-experiments.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { allPages, blocksOf, readPage, type Block } from "../../support/markdown.ts";

const root = resolve(import.meta.dirname, "../../..");
const targets = new Map<string, Target>();
/** What a part of an intent is put into. */
const wholeIntent = readFileSync(join(root, "experiments/process/replica-kill.yaml"), "utf8");
const shown = allPages().flatMap((page) =>
  blocksOf(readPage(page))
    .filter(({ kind }) => kind.startsWith("yaml"))
    .map((block) => ({ place: `${page}:${block.line}`, block })),
);

beforeAll(async () => {
  for (const file of await findTargets(root)) {
    const lint = lintTargetText(readFileSync(file, "utf8"), relative(root, file), targetReader(dirname(file)));
    if (lint.target) targets.set(lint.target.name, lint.target);
  }
});

/** `whole` with the keys of `part` in place of its own; comments and places do not matter here. */
function merged(whole: string, part: string): string {
  const document = parseDocument(whole);
  const added = parseDocument(part);
  if (!isMap(added.contents)) throw new Error("a part must be a map");
  for (const { key, value } of added.contents.items) {
    // One setting is shown, and the others stay.
    if (String(key) === "settings" && isMap(value) && document.has(key)) {
      for (const { key: name, value: setting } of value.items) document.setIn([key, name], setting);
    } else document.set(key, value);
  }
  return document.toString();
}

function problemsOf({ kind, text }: Block): readonly Problem[] {
  const other = /^yaml part of intent (?<id>[a-z0-9/-]+)$/.exec(kind)?.groups?.["id"];
  if (kind === "yaml intent" || kind === "yaml part of intent" || other !== undefined) {
    const context = {
      targets,
      offers: offeredBy,
      probeKinds,
      faultTable: new Map(faults.map((fault) => [fault.name, fault])),
    };
    const around = other === undefined ? wholeIntent : readFileSync(join(root, `experiments/${other}.yaml`), "utf8");
    const whole = kind === "yaml intent" ? text : merged(around, text);
    return lintIntentText(whole, "experiments/shown/shown.yaml", context).problems;
  }
  const name = /^yaml part of target (?<name>[a-z-]+)$/.exec(kind)?.groups?.["name"] ?? nameIn(text);
  const file = join(root, "targets", name, "target.yaml");
  const whole = kind === "yaml target" ? text : merged(readFileSync(file, "utf8"), text);
  return lintTargetText(whole, "target.yaml", targetReader(dirname(file))).problems;
}

function nameIn(text: string): string {
  return /^name: (?<name>[a-z0-9-]+)/m.exec(text)?.groups?.["name"] ?? "";
}

describe("YAML on pages", () => {
  it("is there to be linted", () => expect(shown.length).toBeGreaterThanOrEqual(3));

  it.each(shown)("$place is what the linter takes", ({ block }) => {
    expect(problemsOf(block).map(formatProblem)).toEqual([]);
  });

  it("is refused when it is wrong", () => {
    const wrong = { kind: "yaml part of intent", text: "load: { rate: 12/s, slow_over: soon }", line: 1 };
    expect(problemsOf(wrong).map(({ found }) => found)).not.toEqual([]);
  });
});
