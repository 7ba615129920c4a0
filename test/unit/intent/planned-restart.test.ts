// Work that people plan: where it may be asked for, and what a plan says of it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { Target } from "../../../src/core/target.ts";
import { faults } from "../../../src/faults/index.ts";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { offers } from "../../../src/platforms/processes/controls.ts";
import { context, shop } from "../../builders/intent-fixtures.ts";

const file = "experiments/process/planned-restart.yaml";
const text = readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8");
const control = { tokenEnv: "TOKEN", startReplicaUrl: "http://127.0.0.1:1/start/{replica}" };
const maintained = { ...control, maintainReplicaUrl: "http://127.0.0.1:1/maintain/{replica}" };

function lint(written: string, own: NonNullable<Target["control"]>) {
  const name = "reference-ai-stack";
  const target: Target = { ...shop, name, control: own };
  const faultTable = new Map(faults.map((one) => [one.name, one]));
  const targets = new Map([[name, target]]);
  return { targets, ...lintIntentText(written, file, { ...context, targets, faultTable, offers }) };
}

test("a planned restart is a look-alike, and the plan says whose the change is", () => {
  const { intent, problems, targets } = lint(text, maintained);
  expect(problems).toEqual([]);
  const [plan] = makePlans(intent === undefined ? [] : [intent], targets, { runId: "r1" });
  expect(plan?.disturbances).toMatchObject([{ fault: "process.planned-restart", byOperator: true }]);
});

test("it is refused where target.yaml does not say how a replica is maintained, with what to write there", () => {
  const { problems } = lint(text, control);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    found: "process.planned-restart at inference, which needs maintenance",
    suggestion: expect.stringContaining("control.maintain_replica") as string,
  });
});

test("a kill at work is refused where target.yaml does not say how work is asked for, with what to write there", () => {
  const atWork = text.replace("process.planned-restart", "process.kill-at-work");
  const { problems } = lint(atWork, control);
  expect(problems).toContainEqual(
    expect.objectContaining({
      found: "process.kill-at-work at inference, which needs work",
      suggestion: expect.stringContaining("control.work_on_replica") as string,
    }),
  );
  const works = ["tidy", "compact-index"];
  const asked = { ...control, works, workOnReplicaUrl: "http://127.0.0.1:1/work/{replica}/{work}" };
  expect(
    lint(atWork, asked)
      .problems.map(({ found }) => found)
      .join(),
  ).not.toContain("needs work");
});

test("it is no fault, so that no arm with one may ask for it", () => {
  const treated = text.replace("arms: [look-alike]", "arms: [treatment]");
  const found = lint(treated, maintained).problems.map((one) => one.found);
  expect(found).toContain("the arm treatment without a fault");
});

test("work that target.yaml does not let be asked for is refused at its place, with the works that there are", () => {
  const url = "http://127.0.0.1:1/work/{replica}/{work}";
  const found = (work: string) => {
    const atWork = text.replace("process.planned-restart", "process.kill-at-work");
    const written = atWork.replace(/^( *)on: .*$/m, `$&\n$1with: { work: ${work} }`);
    expect(written).not.toBe(atWork);
    const { problems } = lint(written, { ...control, works: ["tidy", "compact-index"], workOnReplicaUrl: url });
    return problems.filter((one) => one.found.startsWith("work "));
  };
  expect(found("compact-index")).toEqual([]);
  expect(found("restart-replica")).toMatchObject([
    {
      found: 'work "restart-replica"',
      expected: "work that reference-ai-stack lets be asked for: tidy, compact-index",
    },
  ]);
});
