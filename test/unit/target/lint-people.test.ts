// Approvals and settings in target.yaml: what they become, and every way to get them wrong.
import { expect, it } from "vitest";
import { lintTargetText } from "../../../src/target/lint-target.ts";
import { approvalRequest } from "../../../src/core/approvals.ts";
import { file, here, problems, sound } from "./lint-cases.ts";

const approvals = `approvals:
  url: http://127.0.0.1:{port:front}/ask/{incident}
  token_envs: [ONE, TWO]
  body: { say: "{answer}", to: "{asked.ticket}", of: "{pathway}" }
  words: { approve: "yes", deny: "no" }
`;
const settings = `settings:
  policy:
    about: What needs leave.
    env: POLICY
    default: easy
    values:
      easy: {}
      careful: { value: c, about: All of it., tiers: { restart-replica: high } }
`;
const targetOf = (extra: string) => lintTargetText(sound + extra, file, here).target;

it("takes approvals with their defaults, and fills in what a question says", () => {
  const spec = targetOf(approvals)?.approvals;
  expect(spec).toMatchObject({ method: "POST", timeoutMs: 3000, tokenEnvs: ["ONE", "TWO"] });
  if (spec === undefined) throw new Error("no approvals");
  const asked = { ticket: 7, incident: "forged", answer: "forged", nested: { ticket: 8 } };
  const sent = approvalRequest(spec, { does: "deny", person: 1, incident: "i/1", pathway: "p", asked }, "se\r\ncret");
  expect(sent).toEqual({
    url: "http://127.0.0.1:{port:front}/ask/i%2F1",
    headers: { authorization: "Bearer secret" },
    body: '{"say":"no","to":7,"of":"p"}',
  });
});

it("takes a target's own header for the token, and no second one", () => {
  const spec = targetOf(
    approvals.replace("  words:", '  headers: { Authorization: "Key {approver}" }\n  words:'),
  )?.approvals;
  expect(spec?.headers).toEqual({ Authorization: "Key {approver}" });
});

it("takes settings, with the name as the value where none is given", () => {
  expect(targetOf(settings)?.settings).toEqual({
    policy: {
      about: "What needs leave.",
      env: "POLICY",
      byDefault: "easy",
      values: {
        easy: { value: "easy" },
        careful: { value: "c", about: "All of it.", tiers: { "restart-replica": "high" } },
      },
    },
  });
});

it.each([
  [approvals.replace("/{incident}", "").replace("{asked.ticket}", "x"), "an answer that does not say to what"],
  [approvals.replace("{incident}", "{incidnet}"), "the template {incidnet}"],
  [approvals.replace("{port:front}", "{port:frnt}"), 'unknown replica "frnt"'],
  [approvals.replace("127.0.0.1:{port:front}", "10.0.0.1"), '"http://10.0.0.1/ask/{incident}"'],
  [approvals.replace("[ONE, TWO]", "[ONE, ONE]"), 'the variable "ONE" again'],
  [approvals.replace("[ONE, TWO]", "[TOKEN]"), 'the variable "TOKEN" again'],
  [approvals.replace("[ONE, TWO]", "[]"), "an empty list"],
  [approvals.replace("  words:", "  timeout: 2m\n  words:"), "2m"],
  [settings.replace("default: easy", "default: esay"), '"esay"'],
  [settings.replace("restart-replica: high", "restart-replca: high"), 'unknown pathway "restart-replca"'],
  [settings.replace("env: POLICY", "env: NOOP"), 'the variable "NOOP" again'],
  [settings.replace("value: c", "value: easy"), 'the variable\'s value "easy", which easy has too'],
  [settings.replace("env: POLICY", "env: policy name"), '"policy name"'],
] as const)("refuses what is wrong in %#", (extra, found) => {
  const all = problems(sound + extra);
  expect(all).toHaveLength(1);
  expect(all[0]).toContain(found);
});

it("refuses approvals without a feed, by which questions would come", () => {
  const silent = sound.replace(/^feed:.*\n/m, "") + approvals;
  expect(problems(silent).some((problem) => problem.includes("approvals without a feed"))).toBe(true);
});
