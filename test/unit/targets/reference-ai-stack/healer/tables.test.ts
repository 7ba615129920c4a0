// The literal tables of the healer: one file for each entry, the same names as target.yaml and the README, and steps
// that the supervisor can carry out.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { carryOut } from "../../../../../targets/reference-ai-stack/healer/orchestration/carry-out.ts";
import { targetFor } from "../../../../../targets/reference-ai-stack/healer/decision/reach.ts";
import type { Hand, OperationArgs } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { hold } from "../../../../../targets/reference-ai-stack/healer/pathways/hold.ts";
import { createBook } from "../../../../../targets/reference-ai-stack/healer/pathways/book.ts";
import type { ActingPathway, Pathway } from "../../../../../targets/reference-ai-stack/healer/pathways/pathway.ts";
import { CLASSES, PATHWAYS } from "../../../../../targets/reference-ai-stack/healer/pathways/table.ts";
import type { SignalSpec } from "../../../../../targets/reference-ai-stack/healer/signals/signal.ts";
import { SIGNALS } from "../../../../../targets/reference-ai-stack/healer/signals/table.ts";
import { alarmsOf, windowFor } from "../../../../../targets/reference-ai-stack/healer/verification/window.ts";
import { OPERATIONS } from "../../../../../targets/reference-ai-stack/supervisor/operations/table.ts";
import { RESTART_HEALER } from "../../../../../targets/reference-ai-stack/supervisor/restart-healer.ts";
import { carryOutParts } from "./carry-out-parts.ts";

const stack = resolve(import.meta.dirname, "../../../../../targets/reference-ai-stack");
const README = join(stack, "healer/README.md");
const signals: readonly SignalSpec[] = SIGNALS;
const acting: readonly ActingPathway[] = PATHWAYS.filter((one) => one.tier !== "none");
const target = parse(readFileSync(join(stack, "target.yaml"), "utf8")) as {
  classes: string[];
  pathways: { name: string; tier?: string }[];
};

function filesOf(folder: string, shared: readonly string[]): string[] {
  const names = readdirSync(join(stack, folder)).map((name) => name.replace(".ts", ""));
  return names.filter((name) => !shared.includes(name)).sort();
}

describe("the tables of the healer and its hand", () => {
  it("have one file for each entry, under its name", () => {
    const named = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();
    expect(named(PATHWAYS)).toEqual(filesOf("healer/pathways", ["pathway", "book", "canary", "table"]));
    expect(named(SIGNALS)).toEqual(
      filesOf("healer/signals", ["signal", "sources", "confirm-index", "confirm-slow", "confirm-version", "table"]),
    );
    expect(named(OPERATIONS)).toEqual(filesOf("supervisor/operations", ["operation", "table"]));
    expect(PATHWAYS.length).toBeGreaterThanOrEqual(5);
  });

  it("say the same classes, pathways and tiers as target.yaml", () => {
    // The supervisor has one pathway: for the healer itself.
    expect([...CLASSES, RESTART_HEALER.answers].sort()).toEqual([...target.classes].sort());
    const tiers = (entries: readonly { name: string; tier?: string }[]) =>
      Object.fromEntries(entries.map(({ name, tier }) => [name, tier ?? "none"]));
    expect(tiers([...PATHWAYS, RESTART_HEALER])).toEqual(tiers(target.pathways));
  });

  it("say the same as the README's tables of signals and of holds (renew them: npm run generate)", async () => {
    const text = readFileSync(README, "utf8");
    const ofSignals = /(<!-- generated from [^>]*-->\n)[^]*?(<!-- \/generated -->)/;
    const ofHolds = /(<!-- holds, generated from [^>]*-->\n)[^]*?(<!-- \/holds -->)/;
    expect(text).toMatch(ofSignals);
    expect(text).toMatch(ofHolds);
    const renewed = text
      .replace(ofSignals, (_, from: string, to: string) => from + tableOfSignals() + to)
      .replace(ofHolds, (_, from: string, to: string) => from + tableOfHolds() + to);
    await expect(renewed).toMatchFileSnapshot(README);
  });

  it("answer a class by all pathways that name it, in order; two pathways of one name are refused at the start", () => {
    const again = (change: Partial<Pathway>): readonly Pathway[] => [...PATHWAYS, { ...hold, ...change } as Pathway];
    expect(() => createBook(PATHWAYS)).not.toThrow();
    expect(() => createBook(again({ answers: ["other"] }))).toThrow("two pathways have one name");
    const both = createBook(again({ name: "other" })).answersTo("demand-surge");
    expect(both.map(({ name }) => name)).toEqual(["hold", "other"]);
    expect(createBook(PATHWAYS).answersTo("never heard of")[0].name).toBe("escalate");
  });

  it("name steps of a pathway apart, and only operations that the supervisor has, with args that it takes", async () => {
    for (const pathway of acting) {
      expect(new Set(pathway.steps.map(({ name }) => name)).size, pathway.name).toBe(pathway.steps.length);
      for (const way of pathway.ways) {
        const asked = await operationsOf(pathway, way.name, way.find === undefined ? undefined : "vector-2");
        expect(asked.length, pathway.name).toBeGreaterThanOrEqual(pathway.steps.length);
        for (const { name, args } of asked) {
          const operation = OPERATIONS.find((one) => one.name === name);
          expect(operation, `${pathway.name} asks for ${name}`).toBeDefined();
          expect(operation?.complaint(args), `${pathway.name} asks for ${name}`).toBeNull();
        }
      }
    }
  });

  it("let no signal speak for a class that no pathway answers", () => {
    const spoken = signals.flatMap(({ speaksFor }) => Object.keys(speaksFor));
    expect(spoken.length).toBeGreaterThan(signals.length);
    expect(spoken.filter((name) => !(CLASSES as readonly string[]).includes(name))).toEqual([]);
  });
});

async function operationsOf(
  pathway: ActingPathway,
  means: string,
  found: string | undefined,
): Promise<{ name: string; args: OperationArgs }[]> {
  const asked: { name: string; args: OperationArgs }[] = [];
  const hand: Hand = {
    async do(name, args) {
      asked.push({ name, args });
      return { outcome: "done", says: "done" };
    },
  };
  const to = targetFor(pathway.scope, { service: "vector", replica: "vector-1" });
  const remedy = { pathway: pathway.name, target: to, means, ...(found !== undefined && { found }) };
  await carryOut(pathway, remedy, carryOutParts(hand));
  return asked;
}

/** Signals with one rule of their own each; the class is the one that they make likeliest. */
function tableOfSignals(): string {
  const book = createBook(PATHWAYS);
  const rows = signals.map(({ name, rule, soft, speaksFor, opinion }) => {
    if (opinion === true) return `| \`${name}\` | ${rule} | never alone | adds to others |\n`;
    const [likeliest] = Object.entries(speaksFor).toSorted(([, a], [, b]) => b - a);
    const faultClass = likeliest !== undefined && likeliest[1] > 1 ? likeliest[0] : "unknown";
    const answers = book.answersTo(faultClass).map((pathway) => `\`${pathway.name}\``);
    const answer = `\`${faultClass}\` → ${answers.join(", ")}`;
    return `| \`${name}\` | ${rule} | ${soft?.probe ?? "itself"} | ${answer} |\n`;
  });
  return `| signal | rule | confirmed by | class → pathways, in the order in which they are asked |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

/** How old a reading of a Prometheus server is at most that scrapes every 15 s, ms; see metrics/prometheus.ts. */
const OLD_MS = 15_600;

/** How long each repair has to hold, by the alarm that raised the incident. */
function tableOfHolds(): string {
  const rows = acting.flatMap((pathway) =>
    pathway.answers.flatMap((faultClass) =>
      alarmsOf(faultClass, { perSecond: 6 }).flatMap(({ name }) => {
        const row = (raised: string, freshMs?: number): string => {
          const cells = [6, 2, 0].map((perSecond) => {
            const { holdMs, says } = windowFor(
              faultClass,
              { raisedBy: [name], perSecond, freshMs },
              pathway.showsItself,
            );
            return `${(holdMs / 1000).toFixed(1)} s${says.includes("it rests on this") ? " *" : ""}`;
          });
          const instead = cells.some((cell) => cell.endsWith("*")) ? `* ${pathway.showsItself}` : "";
          return `| \`${faultClass}\` | ${raised} | ${cells.join(" | ")} | ${instead} |\n`;
        };
        const old = row(`\`${name}\`, from a Prometheus server that scrapes every 15 s`, OLD_MS);
        return name === "stalled" ? [row(`\`${name}\``), old] : [row(`\`${name}\``)];
      }),
    ),
  );
  const head = "| class | raised by | hold at 6 answers | at 2 | at none | instead of waiting longer |";
  return `${head}\n| --- | --- | --- | --- | --- | --- |\n${[...new Set(rows)].join("")}`;
}
