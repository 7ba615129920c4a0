// Console table and Markdown summary: aligned, complete, and deaf to what the words try to do.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSpan } from "../../../src/measure/marks/spans.ts";
import { renderConsoleTable } from "../../../src/report/console-table.ts";
import { renderSummary } from "../../../src/report/summary.ts";
import { columnsOf, escapeMarkdown, oneLine, visible } from "../../../src/report/text.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";

const { run } = sampleRun();

// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b\[\d+m/g;

describe("the console table", () => {
  test("aligns its columns where they fit", () => {
    const lines = renderConsoleTable(run, "reports/sample/index.html", 120).split("\n");
    const [head = "", rule = "", ...rows] = lines;
    const starts = [...rule.matchAll(/─+/g)].map((match) => match.index);
    expect(starts).toHaveLength(6);
    for (const start of starts) {
      for (const line of [head, ...rows.slice(0, 4)]) {
        expect(line.slice(start - 1, start + 1)).toMatch(/^(|\s?\S)$/u);
      }
    }
    expect(head.slice(starts[1], starts[2]).trim()).toBe("verdict");
    expect(rows.slice(0, 4).map((row) => row.slice(starts[1], starts[2]).trim())).toEqual([
      "✓ pass",
      "✗ fail",
      "? inconclusive",
      "∅ invalid",
    ]);
  });

  test.each([120, 98, 80, 60, 40])("never runs wider than %i columns and never cuts a word of its table", (width) => {
    const text = renderConsoleTable(run, "r", width);
    const table = text.slice(0, text.indexOf("\n!"));
    for (const line of table.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(width);
    for (const intent of run.intents) {
      expect(table).toContain(intent.intent);
      expect(table).toContain(intent.outcome);
    }
    expect(table).toContain("WRONG-PATHWAY");
  });

  test("says what is missing, the outcome in words, and where the report is", () => {
    const text = renderConsoleTable(run, "reports/sample/index.html", 100);
    expect(text).toContain("! This run was interrupted.");
    const ended = (reason: "stopped" | "failed"): string => renderConsoleTable({ ...run, reason }, "r", 100);
    expect(ended("failed")).toContain("! This run is not whole. What follows is a partial result.");
    expect(ended("stopped")).toContain("! This run was stopped before its end.");
    expect(text).toContain("! 4 of 9 planned trials were not done.");
    expect(text).toContain("✗ fail  A belief did not hold: 4 intents: 1 pass, 1 fail, 1 inconclusive, 1 invalid.");
    expect(text).toMatch(/report {2}reports\/sample\/index\.html\n$/);
  });

  test("tells what led to each attribution, wrapped to the terminal", () => {
    const text = renderConsoleTable(run, "r", 60);
    expect(text).toContain(
      "process/replica-kill\n  UNPROVEN: 1 of 1 recovered with the action and 0 of 1\n  without it; 4 trials an arm would prove it\n" +
        "  gain: not known, no trial of the arm unhealed tells\n  whether the stack recovered\n",
    );
  });

  test("says why an intent got no more trials, as the summary does", () => {
    const [first, ...others] = run.intents;
    if (first === undefined) throw new Error("no intent");
    const stopping = { because: "the difference is above 0", trials: 6, most: 20 };
    const told = { ...run, intents: [{ ...first, stopping }, ...others] };
    const sentence = "6 of at most 20 trials in each arm: the difference is above 0.";
    expect(renderConsoleTable(told, "r", 120)).toContain(`${first.intent}: ${sentence}`);
    expect(renderSummary(told)).toContain(sentence);
    expect(renderConsoleTable(run, "r", 120)).not.toContain("of at most");
  });

  test("with colour is the same text with colours, without it holds no escape", () => {
    const plain = renderConsoleTable(run, "r", 120, false);
    const coloured = renderConsoleTable(run, "r", 120, true);
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[31m");
    expect(coloured.replace(ESCAPES, "")).toBe(plain);
  });

  test("takes no escape sequence from a pathway's name or a path", () => {
    const evil = { ...run, intents: run.intents.map((intent) => ({ ...intent, pathway: hostile })) };
    // oxlint-disable-next-line no-control-regex
    expect(renderConsoleTable(evil, hostile, 400)).not.toMatch(/[\u0000\u0007\u001b\u202e]/);
  });

  test("writes a time with the digits that the measure room gives it, without the interval", () => {
    const [intent] = passingRun().run.intents;
    if (!intent?.mttr?.single) throw new Error("the sample has no MTTR");
    const [figure = ""] = formatSpan(intent.mttr.single).split(" (");
    const text = renderConsoleTable({ ...run, intents: [intent] }, "r", 120);
    expect(text).toContain(`  ${figure}  `);
    const wide = { ...intent.mttr, single: { ...intent.mttr.single, lo: 2000, hi: 62_000 } };
    expect(renderConsoleTable({ ...run, intents: [{ ...intent, mttr: wide }] }, "r", 120)).not.toContain(figure);
  });

  test("of a run without intents says that nothing was judged", () => {
    const text = renderConsoleTable({ ...run, intents: [], outcome: "inconclusive" }, "r", 80);
    expect(text).toContain("? inconclusive  Nothing was judged");
    expect(text).not.toContain("✓");
  });
});

describe("summary.md", () => {
  test("has a row of seven cells for every intent, whatever the words are", () => {
    const evil = { ...run, intents: run.intents.map((intent) => ({ ...intent, intent: hostile, pathway: "a|b\nc" })) };
    const rows = renderSummary(evil)
      .split("\n")
      .filter((line) => line.startsWith("| "));
    expect(rows).toHaveLength(run.intents.length + 2);
    for (const row of rows) expect(row.replaceAll("\\|", "").match(/\|/g)).toHaveLength(8);
  });

  test("holds no live HTML, link or code span from outside", () => {
    const text = renderSummary(run);
    expect(text).toContain("alert(1)");
    expect(text).not.toMatch(/(^|[^\\])[<`[]/m);
  });

  test("says what failed, what is missing, and what led to each attribution", () => {
    const text = renderSummary(run);
    expect(text).toContain(
      "- **process/replica-kill, UNPROVEN:** 1 of 1 recovered with the action and 0 of 1 without it; 4 trials an arm would prove it. " +
        "The healer's gain: not known",
    );
    expect(text).toContain("> **Missing:** This run was interrupted.");
    expect(text).toContain("- **treatment-1, declared-truthfully:** fail. Closed at 9.0 s; recovery was never seen.");
    expect(text).not.toContain("steady-before");
  });
});

describe("text from outside", () => {
  test("keeps what people can read and loses what acts", () => {
    expect(visible("tab\tline\r\nend – ü 漢 🙂")).toBe("tab\tline\nend – ü 漢 🙂");
    expect(visible("\u0000\u001b[31m\u202e\ud800x\udc00\ufffe")).toBe("��[31m��x��");
    expect(oneLine(" a\n\n b\t")).toBe("a b");
  });

  test("never leaves an unescaped Markdown sign", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (text) => {
          expect(
            escapeMarkdown(text)
              .replace(/\\[\\`*_[\]<>|~&$#]/g, "")
              .replaceAll(/&#(64|8203);/g, ""),
          ).not.toMatch(/[\\`*_[\]<>|~&$@#\n]/);
        },
      ),
    );
  });

  test("makes no link on GitHub, neither as it is written nor once its entities are decoded", () => {
    const decoded = (text: string): string =>
      text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
    for (const text of [
      "http://a.example",
      "see HTTPS://a.example.",
      "(www.a.example)",
      "WWW.a.example",
      "a@b.example",
    ])
      for (const written of [escapeMarkdown(text), decoded(escapeMarkdown(text))]) {
        expect(written, text).not.toMatch(/:\/\/|www\.|@\w/i);
        expect(written.length, text).toBeGreaterThan(text.length);
      }
    expect(escapeMarkdown("12:30, a:b, wwwx, 1.5 // 2")).toBe("12:30, a:b, wwwx, 1.5 // 2");
  });

  test("is measured in terminal columns", () => {
    expect(columnsOf("abc")).toBe(3);
    expect(columnsOf("漢字")).toBe(4);
    expect(columnsOf("e\u0301")).toBe(1);
  });
});
