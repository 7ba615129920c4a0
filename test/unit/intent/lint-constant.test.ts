import { expect, test } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { context, soundIntent } from "../../builders/intent-fixtures.ts";

const file = "experiments/network/slow.yaml";

function lint(from: string, to: string): string[] {
  // How long a recovery must hold depends on the probes that conditions name.
  const sound = soundIntent.replace(", hold: 3s", "");
  if (!sound.includes(from)) throw new Error(`no ${from}`);
  const { problems } = lintIntentText(sound.replace(from, to), file, context);
  return problems.map((problem) => formatProblem(problem).replace(`${file}:`, ""));
}

const where = "users-answered: users.error_share <= 0.1";
const never = "total-outage: users.error_share > 0.9";

test.each<[string, string, string, string]>([
  [
    "where",
    where,
    "users-answered: users.error_share <= 5",
    "14:21: a condition that is always true; expected one that can come out either way; a share lies between 0 and 1: 5 % is 0.05",
  ],
  [
    "where, the other way round",
    where,
    "users-answered: 5 >= users.error_share",
    "14:21: a condition that is always true; expected one that can come out either way; a share lies between 0 and 1: 5 % is 0.05",
  ],
  [
    "never",
    never,
    "total-outage: users.error_share > 90",
    "26:19: a condition that is never true; expected one that can come out either way; a share lies between 0 and 1: 90 % is 0.9",
  ],
  [
    "abort_if",
    "disturb:",
    "abort_if: { x: users.bad_share > 50 }\ndisturb:",
    "17:16: a condition that is never true; expected one that can come out either way; a share lies between 0 and 1: 50 % is 0.5",
  ],
  [
    "back",
    "disturb:",
    "  back: { users-answered: users.error_share <= 2 }\ndisturb:",
    "17:27: a condition that is always true; expected one that can come out either way; a share lies between 0 and 1: 2 % is 0.02",
  ],
  [
    "replicas there are",
    never,
    "none: replicas.inference > 2",
    "26:11: a condition that is never true; expected one that can come out either way; replicas.inference lies between 0 and 2",
  ],
  [
    "a recall",
    never,
    "rot: recall.vector > 95",
    "26:10: a condition that is never true; expected one that can come out either way; a share lies between 0 and 1: 95 % is 0.95",
  ],
  [
    "a count",
    never,
    "rot: records.vector < 0",
    "26:10: a condition that is never true; expected one that can come out either way; records.vector is never below 0",
  ],
  [
    "a contradiction",
    never,
    "odd: users.error_share > 0.05 and users.error_share < 0.02",
    "26:10: a condition that is never true; expected one that can come out either way; users.error_share lies between 0 and 1",
  ],
  [
    "one part of several",
    where,
    "users-answered: users.slow_share <= 0.1 and users.error_share <= 5",
    "14:49: users.error_share compared with 5, which comes out only one way; expected a number from 0 to 1; a share lies between 0 and 1: 5 % is 0.05",
  ],
  [
    "a baseline",
    never,
    "odd: users.error_share > baseline.users.error_share + 1",
    "26:10: a condition that is never true; expected one that can come out either way; users.error_share lies between 0 and 1, baseline.users.error_share lies between 0 and 1",
  ],
])("a condition that cannot come out either way is one problem: %s", (_, from, to, expected) => {
  expect(lint(from, to)).toEqual([expected]);
});

test.each([
  [where, "users-answered: users.error_share <= 0.9 - users.slow_share"],
  [where, "users-answered: users.error_share <= 0"],
  [where, "users-answered: users.latency_p50 <= 5 and users.count >= 0"],
  [never, "none: replicas.inference < 1 or users.error_share >= 1"],
  [never, "odd: recall.vector < baseline.recall.vector"],
])("what can come out either way is left alone: %s → %s", (from, to) => {
  expect(lint(from, to)).toEqual([]);
});
