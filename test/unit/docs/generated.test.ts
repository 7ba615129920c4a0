// Tables on pages are made from what they speak of. `npm run generate` renews them.

import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Intent } from "../../../src/core/intent.ts";
import type { Target } from "../../../src/core/target.ts";
import { shownExample } from "../../../src/core/problems/explain.ts";
import { problemTable } from "../../../src/core/problems/index.ts";
import { userProbeMeanings } from "../../../src/core/user-probes.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { offeredBy } from "../../../src/platforms/index.ts";
import { probeKinds } from "../../../src/probes/table.ts";
import { findExperiments, findTargets } from "../../../src/store/read-experiments.ts";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { targetReader } from "../../builders/target-reader.ts";
import { readPage, tableOf, withGenerated } from "../../support/markdown.ts";
import { keysOf } from "../../support/schema-keys.ts";

const root = resolve(import.meta.dirname, "../../..");
const readSchema = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));

async function shipped(): Promise<{ targets: Map<string, Target>; intents: Intent[] }> {
  const targets = new Map<string, Target>();
  for (const file of await findTargets(root)) {
    const lint = lintTargetText(readFileSync(file, "utf8"), relative(root, file), targetReader(dirname(file)));
    if (lint.target) targets.set(lint.target.name, lint.target);
  }
  const context = {
    targets,
    offers: offeredBy,
    probeKinds,
    faultTable: new Map(faults.map((fault) => [fault.name, fault])),
  };
  const files = await findExperiments(root);
  const linted = files.map((file) => lintIntentText(readFileSync(file, "utf8"), relative(root, file), context));
  return { targets, intents: linted.flatMap(({ intent }) => intent ?? []) };
}

const { intents } = await shipped();

const parts: Readonly<Record<string, () => string>> = {
  keys: () => tableOf(["key", "value", "meaning"], keysOf(readSchema("experiments/intent.schema.json"))),
  users: () =>
    tableOf(
      ["name", "meaning"],
      Object.entries(userProbeMeanings).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
  faults: () =>
    tableOf(
      ["fault", "does"],
      faults.flatMap(({ name, about, dose, paramsSchema }) => [
        [`\`${name}\``, about],
        ...keysOf(paramsSchema).map(([key = "", value, meaning]) => {
          const swept = key.includes(`\`${dose?.param}\``) ? " Its dose." : "";
          return [`· ${key}`, `${value}. ${meaning}${swept}`];
        }),
      ]),
    ),
  probes: () =>
    tableOf(
      ["kind", "sees"],
      probeKinds.map(({ kind, about }) => [`\`${kind}\``, about]),
    ),
  intents: () =>
    tableOf(
      ["intent", "title", "target", "tags"],
      intents.map(({ id, title, target, tags }) => [`[${id}](${id}.yaml)`, title, target, tags.join(" ")]),
    ),
  problems: () =>
    [...problemTable]
      .map(([code, { title, means, why, todo, wrong, right }]) =>
        [
          `## ${code}: ${title}`,
          `${means} ${why}`,
          `**Do:** ${todo}`,
          `\`\`\`text\nwrong\n${indented(wrong)}\nright\n${indented(right)}\n\`\`\``,
        ].join("\n\n"),
      )
      .join("\n\n"),
};

function indented(example: string): string {
  return shownExample(example).replaceAll(/^/gm, "  ");
}

describe("generated parts of pages", () => {
  it.each(["experiments/README.md", "experiments/problems.md"])(
    "of %s are what the code says (npm run generate renews them)",
    async (page) => {
      await expect(withGenerated(readPage(page), parts)).toMatchFileSnapshot(join(root, page));
    },
  );
});
