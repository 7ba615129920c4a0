// What is worst in a run, in words, and the command that brings it about again.

import { describe, expect, it } from "vitest";
import { hash32 } from "../../../src/core/random.ts";
import { againCommand, worstFindings } from "../../../src/report/worst.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, sampleRun } from "../../builders/sample-run.ts";
import { samplePlan } from "../../builders/sample-trial.ts";
import { scoredIntents, scoredTrial, times } from "../../builders/scored-trial.ts";

function runOf(trials: readonly TrialResult[]) {
  return { ...sampleRun().run, intents: scoredIntents(trials) };
}

describe("the worst findings", () => {
  const bad = runOf([
    ...times(2),
    scoredTrial({ intent: "a/slow", recovery: "not-recovered" }),
    scoredTrial({ intent: "b/class", wrongClass: true }),
    scoredTrial({ intent: "c/lost", wrongClass: true, lost: true }),
    scoredTrial({ intent: "d/left", residue: true }),
    scoredTrial({ intent: "e/late", recovery: "not-recovered", late: true }),
  ]);

  it("are three of different intents, by what weighs most: left behind, lost, not recovered", () => {
    expect(worstFindings(bad).map(({ name, rule }) => `${name} ${rule}`)).toEqual([
      "d/left treatment-1 nothing-left",
      "c/lost treatment-1 nothing-lost",
      "a/slow treatment-1 recovered-in-time",
    ]);
  });

  it("say what else failed in the same trial, and nothing of others", async () => {
    const besides = worstFindings(bad).map(({ besides: more }) => more.map(({ rule }) => rule));
    expect(besides).toEqual([[], ["classified-right"], []]);
    const html = await renderHtml(bad, []);
    const worst = html.slice(html.indexOf('id="worst"'), html.indexOf("</section>", html.indexOf('id="worst"')));
    expect(worst.split('<span class="rule">classified-right</span>')).toHaveLength(2);
  });

  it("lead to their trials on the page, and the first of them is named in its first lines", async () => {
    const html = await renderHtml(bad, []);
    for (const { trial } of worstFindings(bad)) expect(html).toContain(`<details class="trial" id="${trial}"`);
    expect(html).toContain("Variables of the environment that the target reads are not kept: set them as they were.");
    const first = html.slice(0, html.indexOf("<main"));
    const [worst] = worstFindings(bad);
    expect(first).toContain(
      `<a href="#worst">${worst?.name}</a>: something was left behind <span class="muted">(${worst?.rule})</span>`,
    );
    const lost = await renderHtml(runOf([scoredTrial({ intent: "c/lost", wrongClass: true, lost: true })]), []);
    expect(lost.slice(0, lost.indexOf("<main"))).toContain(
      'data was missing and a wrong class, or none <span class="muted">(nothing-lost, classified-right)</span>',
    );
  });

  it("are none where nothing failed: what was not judged is no finding", async () => {
    const good = runOf([...times(2), scoredTrial({ intent: "e/late", recovery: "not-recovered", late: true })]);
    expect(worstFindings(good)).toEqual([]);
    expect(await renderHtml(good, [])).not.toContain('id="worst"');
  });
});

describe("the command that brings a trial about again", () => {
  it("runs as many trials as its number, by the seed that it followed from", () => {
    const plan = samplePlan("process/replica-kill", "treatment", { index: 3 });
    const seeded = { ...plan, seed: hash32("42 process/replica-kill 3") };
    const file = "experiments/process/replica-kill.yaml";
    const command = `npx rebound run ${file} --target reference-ai-stack --trials 3`;
    expect(againCommand({ plan: seeded }, 42)).toBe(`${command} --seed 42`);
    expect(againCommand({ plan: seeded }, 7)).toBe(command);
  });

  it("names the target and every setting that the trial ran with, each as one word", () => {
    const settings = { engine: "chroma", policy: "it's $(x)" };
    const plan = samplePlan("process/replica-kill", "treatment", { target: "my stack", settings });
    expect(againCommand({ plan }, 1)).toContain(
      ` --target 'my stack' --setting engine=chroma --setting 'policy=it'\\''s $(x)' --trials 1`,
    );
  });

  it("keeps a file with any name one word", () => {
    const plan = samplePlan("x/y", "treatment", { intentFile: "my files/it's $(x).yaml" });
    expect(againCommand({ plan }, 1)).toContain(` 'my files/it'\\''s $(x).yaml' --target `);
    expect(againCommand({ plan: { ...plan, intentFile: "-rf" } }, 1)).toContain(" '-rf' ");
    expect(againCommand({ plan: { ...plan, intentFile: hostile } }, 1)).toContain(` '${hostile.slice(0, 9)}`);
  });
});
