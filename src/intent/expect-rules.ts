// What must be true of the expectation: everything expected can be seen, and there is something to expect.

import { checkArms } from "./arm-rules.ts";
import type { Draft } from "./draft.ts";
import { hasHealer } from "./draft.ts";
import type { IntentFile } from "./intent-schema.ts";
import type { Target } from "../core/target.ts";
import { suggestName } from "../core/nearest.ts";

/** Checks arms against disturbances and expectation, and classes and pathways against the target. */
export function checkExpectation(draft: Draft): void {
  const { expect } = draft.parts;
  checkArms(draft);
  if (!expect) return;
  checkNames(draft, expect);
  checkSomethingExpected(draft, expect);
}

function checkNames(draft: Draft, expect: IntentFile["expect"]): void {
  const { target } = draft;
  if (expect.detected && expect.detected.as === undefined && (target?.classes.length ?? 1) > 0) {
    const whose = target === undefined ? "the target" : target.name;
    draft.report(["expect", "detected"], {
      code: "RB0707",
      found: `no "as"`,
      expected: `classes of ${whose} that are right for this fault`,
    });
  }
  if (!target || !hasHealer(target)) return;
  const classes = expect.detected?.as ?? [];
  for (const [index, name] of classes.entries()) {
    if (classes.indexOf(name) !== index) {
      draft.report(["expect", "detected", "as", index], {
        code: "RB0701",
        found: `the class "${name}" again`,
        expected: "each class once",
      });
    } else if (!target.classes.includes(name)) {
      const hint = suggestName(name, target.classes);
      draft.report(["expect", "detected", "as", index], {
        code: "RB0411",
        found: `unknown class "${name}"`,
        expected: `a class of ${target.name}`,
        ...(hint === undefined ? {} : { suggestion: hint }),
      });
    }
  }
  checkRoot(draft, expect.detected?.root, target);
  const by = expect.recovered?.by;
  const pathways = target.pathways.map(({ name }) => name);
  if (by === undefined || pathways.includes(by)) return;
  const hint = suggestName(by, pathways);
  draft.report(["expect", "recovered", "by"], {
    code: "RB0412",
    found: `unknown pathway "${by}"`,
    expected: `a pathway of ${target.name}`,
    ...(hint === undefined ? {} : { suggestion: hint }),
  });
}

type Root = NonNullable<IntentFile["expect"]["detected"]>["root"];

/** Services that the target has; and a path ends where its last call leads. */
function checkRoot(draft: Draft, root: Root, target: Target): void {
  if (root === undefined) return;
  const services = target.services.map(({ name }) => name);
  const named = [
    { path: ["service"], name: root.service },
    ...(root.edge
      ? (["from", "to"] as const).map((end) => ({ path: ["edge", end], name: root.edge?.[end] ?? "" }))
      : []),
  ];
  for (const { path, name } of named) {
    if (services.includes(name)) continue;
    const hint = suggestName(name, services);
    draft.report(["expect", "detected", "root", ...path], {
      code: "RB0409",
      found: `unknown service "${name}"`,
      expected: `a service of ${target.name}`,
      ...(hint === undefined ? {} : { suggestion: hint }),
    });
  }
}

function checkSomethingExpected(draft: Draft, expect: IntentFile["expect"]): void {
  const { watch } = draft.parts;
  if (Object.keys(expect).length === 0) {
    draft.report(
      ["expect"],
      { code: "RB0708", found: "no expectation", expected: "detected, recovered, hold_fire, budget or never" },
      "key",
    );
  }
  if (expect.hold_fire && (expect.detected || expect.recovered)) {
    const key = expect.detected ? "detected" : "recovered";
    draft.report(
      ["expect", "hold_fire"],
      { code: "RB0709", found: `hold_fire beside ${key}`, expected: "one or the other" },
      "key",
    );
  }
  if (expect.recovered && watch !== undefined) {
    draft.report(
      ["watch"],
      {
        code: "RB0709",
        found: "watch beside expect.recovered",
        expected: "one or the other",
        suggestion: "recovered.within ends the watching",
      },
      "key",
    );
  }
  if (!expect.recovered && watch === undefined && !draft.source.has(["watch"])) {
    draft.report(
      ["expect"],
      { code: "RB0710", found: 'neither recovered nor "watch"', expected: "how long to watch, e.g. `watch: 12s`" },
      "key",
    );
  }
}
