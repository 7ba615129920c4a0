// The timeline diagram of a plan: what Mermaid's own words for a line take, and no word of a file among its commands.

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { lintIntentText } from "../../../src/intent/lint-intent.ts";
import { makePlans } from "../../../src/plan/make-plan.ts";
import { mermaidTimeline } from "../../../src/plan/mermaid.ts";
import { context, soundControl, soundIntent } from "../../builders/intent-fixtures.ts";
import { samplePlan } from "../../builders/sample-trial.ts";

interface Line {
  readonly kind: "timeline" | "title" | "section" | "period";
  readonly text: string;
  readonly events: readonly string[];
}

/**
 * A line by the lexer of Mermaid 10 and 11 (packages/mermaid/src/diagrams/timeline/parser/timeline.jison; where they
 * differ, the stricter of both), after its step that hides entities. Throws for what is no line.
 */
function lineOf(line: string): Line {
  if (/%%|\}|[\r\u2028\u2029]/.test(line)) throw new Error(`a comment, a directive or two lines: ${line}`);
  const hidden = line.trim().replaceAll(/#(\w+);/g, "⟦$1⟧");
  const shown = (text = ""): string =>
    text.trim().replaceAll(/⟦(\d+)⟧/g, (_, code: string) => String.fromCodePoint(Number(code)));
  if (hidden === "timeline") return { kind: "timeline", text: "", events: [] };
  const [, kind, named] = /^(title|section)\s([^#:\n;]+)$/i.exec(hidden) ?? [];
  if (kind === "title" || kind === "section") return { kind, text: shown(named), events: [] };
  const [, period, events = ""] = /^([^#:\n;]+)((?::\s[^#:\n;]+)*)$/.exec(hidden) ?? [];
  if (period === undefined || /^(?:timeline|title|section|acctitle|accdescr)/i.test(period))
    throw new Error(`no line of a timeline: ${line}`);
  return { kind: "period", text: shown(period), events: events.split(/:\s/).slice(1).map(shown) };
}

const linesOf = (text: string): readonly Line[] => text.trimEnd().split("\n").map(lineOf);

const intents = [soundIntent, soundControl].flatMap(
  (text, at) => lintIntentText(text, `experiments/network/${at}.yaml`, context).intent ?? [],
);

describe("a plan as a timeline", () => {
  const lines = linesOf(mermaidTimeline(makePlans(intents, context.targets, { runId: "r1", trials: 1 })));

  it("has a section for each trial, and what happens in it by time", () => {
    expect(lines.slice(0, 2).map(({ kind }) => kind)).toEqual(["timeline", "title"]);
    expect(lines[1]?.text).toMatch(/^3 trials, about 1m \d+s$/);
    const sections = lines.filter(({ kind }) => kind === "section").map(({ text }) => text);
    expect(sections).toHaveLength(3);
    expect(sections).toContainEqual(expect.stringMatching(/^\d\. network\/0 treatment-1 on shop$/));
    const treated = lines.findIndex(({ text }) => text.includes("network/0 treatment-1"));
    const own = lines.slice(treated + 1, treated + 6);
    expect(own[0]).toEqual({ kind: "period", text: "0ms", events: ["the stack starts"] });
    expect(own[3]?.events[0]).toMatch(/^do network\.latency at gateway→inference-[12] with latency "400ms"/);
    expect(own[3]?.events).toContain("expected detected within 10s as replica-slow");
    expect(own[4]?.events).toEqual(["watched until here at most, then all is taken back"]);
  });

  it("says when a disturbance comes and when it is taken back", () => {
    const [disturbance] = samplePlan("process/kill", "treatment").disturbances;
    if (disturbance === undefined) throw new Error("a disturbance is needed");
    const plan = samplePlan("process/kill", "treatment", {
      injectAfterMs: 500,
      disturbances: [
        { ...disturbance, fault: "a.b", timing: { atMs: 2000, forMs: 4000 } },
        { ...disturbance, fault: "c.d", timing: { during: "recovery", forMs: 1000 } },
      ],
    });
    const periods = linesOf(mermaidTimeline([plan])).filter(({ kind }) => kind === "period");
    const at = (says: string): string | undefined =>
      periods.find(({ events }) => events.some((it) => it.includes(says)))?.text;
    // 4 s until users come, 3 s warm-up, 8 s baseline, half a second.
    expect([at("do c.d"), at("do a.b"), at("take back a.b"), at("take back c.d")]).toEqual([
      "15.5s",
      "17.5s",
      "21.5s",
      undefined,
    ]);
  });
});

test("nothing that a file says gets out of its line, and all of it is shown", () => {
  const hostile = fc.constantFrom(
    ":",
    ": x",
    "#",
    "#58;",
    ";",
    "%%",
    "%%{init: {}}%%",
    "<script>",
    "&lt;",
    "\n",
    "\nsection x",
    "title",
    "`",
    "}",
    "\u2028",
    "é",
    "😀",
  );
  const texts = fc.array(fc.oneof(hostile, fc.string()), { maxLength: 6 }).map((parts) => parts.join(" "));
  fc.assert(
    fc.property(texts, (words) => {
      const [disturbance] = samplePlan("process/kill", "treatment").disturbances;
      if (disturbance === undefined) throw new Error("a disturbance is needed");
      const plan = samplePlan("process/kill", "treatment", {
        target: words,
        disturbances: [{ ...disturbance, params: { words } }],
      });
      const text = mermaidTimeline([plan]);
      expect(text).not.toMatch(/[<>"'`&%{}\\]/);
      const lines = linesOf(text);
      expect(lines.filter(({ kind }) => kind === "section")).toHaveLength(1);
      const said = lines.flatMap(({ events }) => events).find((it) => it.startsWith("do process.kill"));
      expect(said).toBe(`do process.kill at inference-2 with words ${JSON.stringify(words)}`.replaceAll(/\s+/g, " "));
    }),
  );
});
