// The page as text: everything escaped, nothing fetched, every figure the one of run.json. What a browser makes of it
// is tested in test/browser/.

import { describe, expect, test } from "vitest";
import type { RunResult } from "../../../src/records/results/run-result.ts";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import type { TrialResult } from "../../../src/records/results/trial-result.ts";
import { formatSpan } from "../../../src/measure/marks/spans.ts";
import { renderHtml } from "../../builders/rendered-page.ts";
import { hostile, passingRun, sampleRun } from "../../builders/sample-run.ts";

const sample = sampleRun();
const page = await renderHtml(sample.run, sample.records);

function decode(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&#x60;", "`")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function figuresOf(html: string): readonly { readonly path: string; readonly value: unknown; readonly text: string }[] {
  return [...html.matchAll(/<span data-run="([^"]*)" data-value="([^"]*)">([^<]*)<\/span>/g)].map(
    ([, path = "", value = "", text = ""]) => ({
      path,
      value: JSON.parse(decode(value)) as unknown,
      text: decode(text),
    }),
  );
}

function at(root: unknown, path: string): unknown {
  return (
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root) ?? null
  );
}

function withFirstTrial(run: RunResult, change: (trial: TrialResult) => TrialResult): RunResult {
  const [first, ...rest] = run.intents;
  if (!first) throw new Error("the sample has no intent");
  return { ...run, intents: [{ ...first, trials: first.trials.map(change) }, ...rest] };
}

describe("the page", () => {
  test("shows only figures that are in run.json, under the path they name", () => {
    const json: unknown = JSON.parse(JSON.stringify(sample.run));
    const figures = figuresOf(page);
    expect(figures.length).toBeGreaterThan(100);
    for (const { path, value } of figures) expect(value, path).toEqual(at(json, path));
  });

  test("says which remedy was chosen apart from what came of it", async () => {
    const chosen = async (...pathways: readonly string[]): Promise<string> => {
      const started = pathways.map((pathway, n) => ({ pathway, approval: "none" as const, times: 1, at: 6000 + n }));
      const run = withFirstTrial(sample.run, (trial) => {
        const recovered = { withinMs: 9000, by: "restore-index", holdMs: 1000, ...trial.plan.expect.recovered };
        const plan = { ...trial.plan, arm: "treatment" as const, expect: { ...trial.plan.expect, recovered } };
        const actions = { started, unclaimed: false, strayAlarms: 0 };
        return { ...trial, plan, facts: { ...trial.facts, recovery: "not-recovered" as const, actions } };
      });
      const html = await renderHtml(run, sample.records);
      return [...html.matchAll(/<summary><h3>[^]*?<span class="muted">– ([^<]*)<\/span><\/summary>/g)]
        .map(([, words = ""]) => decode(words))
        .join("\n");
    };
    const right = sample.run.intents[0]?.trials[0]?.plan.expect.recovered?.by ?? "restore-index";
    expect(await chosen("<b>restart</b>", right)).toMatch(/; remedy chosen: <b>restart<\/b> and .*, right is /);
    expect(await chosen(right)).toContain(`; remedy chosen: ${right}, the right one`);
    expect(await chosen()).toContain(`; no remedy chosen, right is ${right}`);
  });

  test("says what the target was set to, and what the operator did", async () => {
    const run = withFirstTrial(sample.run, (trial) => {
      const operator = { does: "deny", afterMs: 1000, people: 1 } as const;
      return { ...trial, plan: { ...trial.plan, settings: { policy: "<i>careful</i>" }, operator } };
    });
    const answer: TimelineEvent = {
      kind: "operator",
      at: 5120,
      from: 5100,
      question: "q",
      incident: "inc-1",
      pathway: "restore-index",
      does: "deny",
      person: 1,
      ok: false,
      reason: "409: <b>asked</b> before",
    };
    const records = sample.records.map((record) => ({ ...record, timeline: [...record.timeline, answer] }));
    const html = await renderHtml(run, records);
    const text = decode(html);
    expect(html).not.toMatch(/<i>careful|<b>asked/);
    expect(text).toContain("Setting: policy is <i>careful</i>.");
    expect(text).toContain("The operator denies 1s after being asked.");
    expect(text).toContain("Person 1 denied restore-index (inc-1) at ");
    expect(text).toContain("the target did not take it after 20ms: 409: <b>asked</b> before");
    expect(page).not.toContain("The operator");
  });

  test("says below what nothing can be detected from the signals that the target publishes of itself", async () => {
    const signal = { preset: "lmdeploy/running", freshMs: 10_000 };
    const run = withFirstTrial(sample.run, (trial) => {
      const { targetFacts } = trial.plan;
      const stateProbes = [...targetFacts.stateProbes, { name: "running.inference", everyMs: 500, signal }];
      return { ...trial, plan: { ...trial.plan, targetFacts: { ...targetFacts, stateProbes } } };
    });
    const html = await renderHtml(run, sample.records);
    const shown = figuresOf(html).filter(({ text }) => text === "not faster than 10 s");
    expect(shown.length).toBeGreaterThan(0);
    for (const { path, value } of shown) expect(value).toEqual(at(JSON.parse(JSON.stringify(run)), path));
    expect(page).not.toContain("not faster than");
  });

  test("writes a duration exactly as the measure room does", () => {
    const spans = figuresOf(page).filter(
      ({ path, value }) => /facts\.(mttd|mttr|ttm|resolve)$/.test(path) && value !== null,
    );
    expect(spans.length).toBeGreaterThan(4);
    for (const { value, text } of spans) expect(text).toBe(formatSpan(value as Parameters<typeof formatSpan>[0]));
  });

  test("shows what every arm came to, in older runs treatment and ablation alone", () => {
    const items = (html: string): string[] =>
      [...html.matchAll(/<li>(treatment|ablation|loop-ablation|unhealed): .*?<\/li>/g)].map(([item]) =>
        item.replace(/<[^>]*>/g, ""),
      );
    expect(items(page)).toEqual([
      "treatment: 1 of 1",
      "ablation: 0 of 1; difference 1, from −0.12 to 1",
      "unhealed: 0 of 0",
      "treatment: 0 of 1",
      "ablation: 0 of 0",
    ]);
    expect(page).toContain("The healer's gain: not known, no trial of the arm unhealed tells");
  });

  test("shows what waiting for approval, lost documents and the blast radius came to, beside the times", () => {
    const shown = figuresOf(page).map(({ path, text }) => [path.replace(/^.*\.facts\./, ""), text] as const);
    expect(shown).toContainEqual(["approvals.waits.0.wait", "0.8 s (0.5–1.1)"]);
    expect(shown).toContainEqual(["approvals.inResolve", "0.8 s (0.5–1.1)"]);
    expect(shown).toContainEqual(["documents.atEnd.reach", "1.2 s (0.9–1.5)"]);
    expect(shown).toContainEqual(["documents.atEnd.gone", "3"]);
    expect(shown).toContainEqual(["overReach.radius.planned", "1"]);
    expect(page).toContain("MTTA, approval asked → granted");
    expect(page).toContain("1 could not be looked for");
  });

  test("says that samples were too few instead of showing a percentile", () => {
    const missing = figuresOf(page).filter(({ path, value }) => /Latency\.p\d\d$/.test(path) && value === null);
    expect(missing.map(({ text }) => text)).toContain("too few samples (160) for p99");
    expect(missing.map(({ text }) => text)).toContain("too few samples (3) for p95");
    for (const { text } of missing) expect(text).toMatch(/^too few samples \(\d+\) for p\d\d$/);
  });

  test("asks for nothing: no address but of its own pages, no style from elsewhere, and a policy that forbids it", () => {
    expect(page).not.toMatch(/<(script|iframe|object|embed|link|img|form|base)\b/i);
    const names = (page.match(/<[a-z][^>]*>/gi) ?? []).flatMap((tag) => tag.replace(/="[^"]*"/g, "").split(/[\s>]+/));
    expect(names).toContain("data-run");
    expect(names.filter((name) => /^(on\w+|style|src|srcset|action)$/i.test(name))).toEqual([]);
    expect(page).not.toMatch(/@import|url\((?!#)/);
    const leads = page.match(/(?:href|src)="(?!#)[^"]*"/g) ?? [];
    expect(leads.length).toBeGreaterThan(5);
    for (const lead of leads)
      expect(lead).toMatch(/^href="(trials\/[\w/.-]+|\.\.\/[\w-]+\/trial\.html|[./]+index\.html#trial-\d+-\d+)"$/);
  });

  test("escapes every word from outside, wherever it stands", () => {
    expect(page).not.toContain("<script>alert(1)");
    expect(page).not.toContain("<img src");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; {{x}} {{{y}}} ]]&gt;");
    // oxlint-disable-next-line no-control-regex
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });

  test("says loudly what an interrupted run lacks, and nothing of the kind of a whole one", async () => {
    expect(page).toContain("This run was interrupted. What follows is a partial result.");
    expect(page).toContain("4 of 9 planned trials were not done.");
    const whole = passingRun();
    expect(await renderHtml(whole.run, whole.records)).not.toContain('class="missing"');
  });

  test("says what was done about trials side by side, and nothing where they ran one by one", async () => {
    const { run, records } = passingRun();
    const changes = [{ atMs: 6_600, jobs: 1, because: "timers were 130 ms late" }];
    const html = await renderHtml({ ...run, governor: { jobs: 3, mostAtOnce: 2, changes } }, records);
    expect(html).toContain("at most 2, 3 asked for; 1 from 7 s on: timers were 130 ms late");
    expect(await renderHtml(run, records)).not.toContain("side by side");
  });

  test("says so when a timeline is missing", async () => {
    const { run } = passingRun();
    const html = await renderHtml(run, []);
    expect(html.match(/The timeline of this trial is missing/g)).toHaveLength(2);
    expect(html).toContain("<svg");
  });

  test("says so when a run holds no intent, or an intent no trial", async () => {
    const none = await renderHtml({ ...sample.run, intents: [], outcome: "inconclusive" }, []);
    expect(none).toContain("this run holds no intent");
    const { run } = passingRun();
    const [intent] = run.intents;
    if (!intent) throw new Error("the sample has no intent");
    expect(await renderHtml({ ...run, intents: [{ ...intent, trials: [] }] }, [])).toContain(
      "no trial of this intent was done",
    );
  });

  test("marks a claim of recovery that came before we measured one, and only that", async () => {
    const { run, records } = passingRun();
    const rows = (html: string): string[] => html.match(/<tr role="row"><th.*?<\/tr>/g) ?? [];
    const early = rows(await renderHtml(run, records)).filter((row) => row.includes("Claimed too early"));
    expect(early.every((row) => row.includes(">verified</th>"))).toBe(true);
    expect(early).toHaveLength(1);
  });

  test("shows what else a claim said: classes held for less likely, and fields beyond the contract, as text", async () => {
    const { run, records } = passingRun();
    const evidence = {
      root: { service: "vector", replica: hostile },
      signals: [{ name: "hash", scope: { service: "vector" }, says: hostile }],
      edges: [{ from: "gateway", to: "vector" }],
      changes: [{ at: "", what: hostile, by: "operator" }],
    };
    const more = { pod: hostile, score: { of: 3 } };
    const said = { runnersUp: [{ class: "overload", confidence: 0.2 }], evidence, more };
    const told = records.map((record) => ({
      ...record,
      timeline: record.timeline.map((event) =>
        event.kind === "claim" ? { ...event, claim: { ...event.claim, ...said } } : event,
      ),
    }));
    const html = await renderHtml(run, told);
    expect(html).toContain("runner-up: overload 20 %");
    expect(html).toContain("path hash: gateway → vector, root ");
    expect(html).toContain("score: {&quot;of&quot;:3}");
    expect(html).not.toContain(hostile);
    expect(await renderHtml(run, records)).not.toContain("runner-up");
  });

  test("draws every mark with its uncertainty, and hatches what was not seen", () => {
    const plot = page.indexOf('<svg class="picture wide"');
    const svg = page.slice(plot, page.indexOf("</svg>", plot));
    for (const name of ["t0", "t1", "t2", "t2c", "t3", "t4", "t5", "t6", "t7", "t8"])
      expect(svg).toContain(`>${name} `);
    expect(svg.match(/class="band/g)).toHaveLength(10);
    expect(page).toMatch(/<rect class="cell unseen"[^>]*fill="url\(#story-wide-hatch\)"/);
  });

  test("has the same markup whatever the findings say", async () => {
    const { run, records } = passingRun();
    // Every UTF-16 unit of the first blocks, and the last ones, a few dozen at a time.
    const units = Array.from({ length: 40 }, (_, block) =>
      String.fromCharCode(
        ...Array.from({ length: 64 }, (__, unit) => (block < 36 ? block * 64 : 0xff00 + (block - 36) * 64) + unit),
      ),
    );
    const words = [hostile, "{{> page}}", "<!--", ...units];
    const tags = async (says: (word: string) => string): Promise<string> => {
      const findings = words.map((word) => ({
        rule: says(word),
        outcome: "fail" as const,
        says: says(word),
        restsOn: [],
      }));
      const changed = withFirstTrial(run, (trial) => ({ ...trial, verdict: { outcome: "fail", findings } }));
      return ((await renderHtml(changed, records)).match(/<[^>]*>/g) ?? []).join("");
    };
    // Compared as one bit: a diff of two whole pages helps nobody.
    expect((await tags((word) => word)) === (await tags(() => "plain"))).toBe(true);
  });
});
