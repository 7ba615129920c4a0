// The policy file: all that is wrong with it at once, each with its place; and no bytes that stop the healer.
import fc from "fast-check";
import { expect, test } from "vitest";
import { termsFor } from "../../../../../../targets/reference-ai-stack/healer/decision/policy.ts";
import { readPolicy } from "../../../../../../targets/reference-ai-stack/healer/decision/read-policy.ts";
import { PATHWAYS } from "../../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import { POLICY_TEXT, policyWith } from "../policy-for-tests.ts";

function problemsOf(text: string | Uint8Array): readonly string[] {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const read = readPolicy(bytes, "policy.yaml", { pathways: PATHWAYS });
  return read.ok ? [] : read.problems;
}

/** Line and column of a text in the shipped policy, both from 1. */
function placeOf(text: string, within: string): string {
  const before = within.slice(0, within.indexOf(text)).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

test("the shipped policy is sound, and its hash changes with any byte of it", () => {
  expect(problemsOf(POLICY_TEXT)).toEqual([]);
  expect(policyWith().hash).toMatch(/^[0-9a-f]{12}$/);
  expect(policyWith({ from: "version: 1", to: "version: 2" }).hash).not.toBe(policyWith().hash);
});

test("every mistake is named at once, in the order of the file, at its line and column", () => {
  const text = POLICY_TEXT.replace("mode: act", "mode: perhaps")
    .replace("low: { least_confidence: 0.6", "low: { least_confidence: 6")
    .replace("expires: 10m", "expires: soon")
    .replace("pathways: {}", "pathways: { restart-replica: { of: true } }");
  const problems = problemsOf(text);
  expect(problems.map((problem) => problem.split(": ")[0])).toEqual([
    `policy.yaml:${placeOf("perhaps", text)}`,
    `policy.yaml:${placeOf("6, approvals", text)}`,
    `policy.yaml:${placeOf("soon", text)}`,
    `policy.yaml:${placeOf("of: true", text)}`,
  ]);
  expect(problems[0]).toContain('mode: expected one of "act"|"advise", found "perhaps"');
  expect(problems[3]).toContain("pathways.restart-replica.of: unknown key");
  expect(problemsOf(POLICY_TEXT.replace("mode: act", "")).join()).toMatch(/mode: expected .*, and it is missing/);
});

test.each([
  ["pathways: {}", "pathways: { restart-replika: { off: true } }", "no pathway restart-replika"],
  ["vector: [public]", "vector: [public, secret]", "no tag secret"],
  ["approvals: 1, expires: 10m, safe_default: escalate", "approvals: 0", "at least 1 approval"],
  ["expires: 10m, ", "", "may not wait for ever"],
  ["phi: { tier: high, approvals: 2 }", "phi: { tier: low, approvals: 2 }", "tags.phi.tier: expected high"],
  ["phi: { tier: high, approvals: 2 }", "phi: { tier: high, approvals: 1 }", "tags.phi.approvals: expected at least 2"],
  ["pci: { tier: high, approvals: 2 }", "pci: { tier: low, approvals: 0 }", "tags.pci.approvals: expected at least 2"],
  ["pci: { tier", "pci-cards: { tier: medium, approvals: 2 }\n  pci: { tier", "tags.pci-cards.tier: expected high"],
  ["expires: 10m", "expires: 0s", "more than 0"],
  ["expires: 10m", "expires: 99h", "at most 24h"],
  ["version: 1", "version: 1\nversion: 2", "unique"],
  ["mode: act", "mode: [act", "policy.yaml:"],
  ["version: 1", "version: .nan", "version"],
  ["replicas: 0.5", "replicas: .inf", "blast_radius.replicas"],
  ["version: 1", "", "version"],
])("%j written as %j is refused with words about it", (from, to, says) => {
  expect(problemsOf(POLICY_TEXT.replace(from, to)).join("\n")).toContain(says);
});

test.each([
  ["nothing", ""],
  ["only a comment", "# nothing"],
  ["a list", "- 1"],
  ["a text", "hello"],
  ["two documents", `${POLICY_TEXT}\n---\n${POLICY_TEXT}`],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00])],
  ["far too much", "a".repeat(17_000)],
  ["a tag that nobody knows", POLICY_TEXT.replace("mode: act", "mode: !!js/function act")],
  ["a directive that nobody knows", `%YAML 9.9\n---\n${POLICY_TEXT}`],
  ["a reference to a part of another kind", "version: &v 1\nmode: *v\ntiers: &t { low: *v }\ntags: *t\ndata: *v"],
  ["keys that are maps", `${POLICY_TEXT}\n? { a: b }\n: 1`],
  ["names out of an object's make-up", POLICY_TEXT.replace("pathways: {}", "pathways: { __proto__: { off: true } }")],
  ["references that grow", `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d, *d, *d]`],
  ["deep brackets", "[".repeat(16_000)],
  ["deep lists", "- ".repeat(8000)],
])("a file that holds %s is refused", (_, text) => {
  const problems = problemsOf(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems[0]).toMatch(/^policy\.yaml:\d+:\d+: ./);
});

test("no bytes make the reader throw: what is not refused has every part that decisions ask for", () => {
  const pieces = POLICY_TEXT.split(/(?<=[\s{}:,])/);
  const mangled = fc
    .array(
      fc.tuple(fc.nat({ max: pieces.length - 1 }), fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom(...pieces))),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((changes) => {
      const text = [...pieces];
      for (const [at, to] of changes) text[at] = to;
      return Buffer.from(text.join(""));
    });
  fc.assert(
    fc.property(fc.oneof(mangled, fc.uint8Array({ maxLength: 400 })), (bytes) => {
      const read = readPolicy(bytes, "policy.yaml", { pathways: PATHWAYS });
      if (!read.ok) {
        expect(read.problems.length).toBeGreaterThan(0);
        for (const problem of read.problems) expect(problem).toMatch(/^policy\.yaml:\d+:\d+: ./s);
        return;
      }
      const plan = { name: "restore-index", tier: "high", changesData: true } as const;
      const terms = termsFor(read.policy, plan, { service: "vector", replica: "vector-1" });
      expect(terms.isOff || terms.needs !== undefined).toBe(true);
      expect(Number.isFinite(terms.bonus + terms.leastConfidence)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test("data under a tag of PHI or PCI raises a remedy that changes it to high risk and asks two people", () => {
  const policy = policyWith({ from: "vector: [public]", to: "vector: [public]\n  vector-2: [phi]" });
  const restore = { name: "restore-index", tier: "medium", changesData: true } as const;
  const at = (replica: string, plan: Parameters<typeof termsFor>[1] = restore) =>
    termsFor(policy, plan, { service: "vector", replica });
  expect(at("vector-1")).toMatchObject({ tier: "medium" });
  expect(at("vector-1").needs).toBeUndefined();
  const needs = { approvals: 2, expiresMs: 600_000, safeDefault: "escalate", tags: ["phi"] };
  expect(at("vector-2")).toMatchObject({ tier: "high", needs });
  expect(at("")).toMatchObject({ tier: "high", needs });
  expect(at("vector-2", { name: "restart-replica", tier: "low" }).needs).toBeUndefined();
});

test("an exception never lowers what a tag asks for", () => {
  const policy = policyWith({ from: "pathways: {}", to: "pathways: { restore-index: { tier: low } }" });
  const tagged = { ...policy, data: { vector: ["pci"] } };
  const restore = { name: "restore-index", tier: "medium", changesData: true } as const;
  expect(termsFor(policy, restore, { service: "vector", replica: "vector-1" }).tier).toBe("low");
  expect(termsFor(tagged, restore, { service: "vector", replica: "vector-1" }).needs?.approvals).toBe(2);
});
