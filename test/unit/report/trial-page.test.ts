// The page of one trial as text: its script and policy, its lanes, and what it tells of what happened.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { TimelineEvent } from "../../../src/records/timeline/event.ts";
import { layOutArms } from "../../../src/report/arms-plot.ts";
import { badRequests } from "../../../src/report/bad-requests.ts";
import { happeningsOf } from "../../../src/report/happenings.ts";
import { htmlPieces } from "../../../src/report/html.ts";
import { layOutPlot } from "../../../src/report/plot.ts";
import { originOf } from "../../../src/report/plot-series.ts";
import { lanesOf } from "../../../src/report/story-lanes.ts";
import { trialPage } from "../../../src/report/trial-page.ts";
import { renderPages } from "../../builders/rendered-page.ts";
import { passingRun, sampleRun } from "../../builders/sample-run.ts";
import { T0 } from "../../builders/sample-trial.ts";

const sample = sampleRun();
const { run, records } = passingRun();
const trial = run.intents[0]?.trials[0];
if (trial === undefined) throw new Error("the sample has no trial");
const confirmed: TimelineEvent = { kind: "fault", at: T0, disturbance: 0, step: "confirmed", harmFrom: T0 - 12 };
const reverted: TimelineEvent = { kind: "fault", at: T0 + 14_300, disturbance: 0, step: "reverted" };
const timeline = [...(records[0]?.timeline ?? []), confirmed, reverted];

function request(id: number, due: number, extra: Partial<Extract<TimelineEvent, { kind: "request" }>>): TimelineEvent {
  const intended = T0 + due;
  const times = { intended, sent: intended + 1, firstToken: intended + 50, done: intended + 200, at: intended + 200 };
  return { kind: "request", id, ...times, outcome: "answered", right: true, ...extra };
}

test("a trial's page runs its own script alone, which its policy names by its hash; the run's page runs none", async () => {
  for (const [name, html] of await renderPages(sample.run, sample.records)) {
    const policy = (/Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "")
      .replaceAll("&#x27;", "'")
      .replaceAll("&#x3D;", "=");
    const [script, ...more] = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = ""]) => text);
    expect(more).toEqual([]);
    expect(script === undefined, name).toBe(name === "index.html");
    const hash = createHash("sha256")
      .update(script ?? "")
      .digest("base64");
    const own = script === undefined ? "" : `script-src 'sha256-${hash}'; `;
    expect(policy).toBe(`default-src 'none'; ${own}style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`);
  }
});

test("the page of the run grows by a line a trial that passed, however much was seen in it", () => {
  const [intent] = run.intents;
  if (intent === undefined) throw new Error("the sample has no intent");
  const sizeWith = (trials: number) => {
    const many = Array.from({ length: trials }, () => trial);
    return [...htmlPieces({ ...run, intents: [{ ...intent, trials: [...intent.trials, ...many] }] })].join("").length;
  };
  expect((sizeWith(200) - sizeWith(100)) / 100).toBeLessThan(400);
});

test("lanes show the fault from the first harmful act to our way back, claims as moments and actions as bars", () => {
  const [fault, claims, actions] = lanesOf(trial, timeline);
  expect(fault?.entries).toEqual([
    { from: T0 - 12, to: T0 + 14_300, by: "harness", label: "process.kill on inference-2" },
  ]);
  expect(claims?.entries.map(({ label, to }) => [label, to])).toEqual([
    ["detected", null],
    ["classified crash", null],
    ["decided restart-replica", null],
    ["verified healed", null],
    ["closed", null],
  ]);
  expect(actions?.entries).toEqual([
    { from: T0 + 2260, to: T0 + 5200, by: "healer", label: "restart inference-2: done" },
  ]);
});

test("an action that never finished lasts to the end of the picture, and no word of a lane covers another", () => {
  const open = timeline.filter((event) => event.kind !== "claim" || event.claim.type !== "action.finished");
  const plot = layOutPlot({ trial, timeline: open, id: "p" }, "wide");
  const bar = plot?.lanes.at(-1)?.items[0]?.bar;
  expect((bar?.x ?? 0) + (bar?.width ?? 0)).toBeCloseTo(plot?.right ?? 0, 0);
  const items = plot?.lanes.flatMap((lane) => lane.items) ?? [];
  expect(items.length).toBeGreaterThan(5);
  const taken = items.map(({ label, labelX, labelY, ends }) => {
    const width = label.length * 6.6;
    return { labelY, from: ends ? labelX - width : labelX, to: ends ? labelX : labelX + width };
  });
  for (const [i, a] of taken.entries()) {
    for (const b of taken.slice(i + 1)) expect(a.labelY !== b.labelY || a.to <= b.from || b.to <= a.from).toBe(true);
  }
});

test("what happened stands in order, failed requests of a second in one line, windows where a condition ceased to hold", () => {
  const failed = [1, 2, 3].map((id) => request(id, 600 + id, { outcome: "error", error: "status 503", done: null }));
  const { lines, leftOut } = happeningsOf({ trial, timeline: [...timeline, ...failed] }, [], originOf(trial, timeline));
  expect(leftOut).toBe(0);
  expect(lines.map(({ since }) => since)).toEqual(lines.map(({ since }) => since).toSorted((a, b) => a - b));
  const says = lines.map((line) => line.says);
  expect(says).toContain("3 requests of users failed: status 503 (3×)");
  expect(says).toContain("few errors does not hold from this window on");
  expect(says).toContain("few errors holds again");
  expect(says).toContain("detected crash – 2 misses of /health – pid is gone");
});

test("of too much that happened what lies nearest to a mark is kept, and how much was left out is said", () => {
  const noise = Array.from({ length: 500 }, (_, id): TimelineEvent => {
    return { kind: "trouble", at: T0 + 40 * id, where: "here", reason: `thing ${id}` };
  });
  const mark = {
    name: "t0",
    means: "",
    says: "",
    rule: "",
    reached: true,
    since: 0,
    figure: { text: "", path: "", value: "" },
  };
  const { lines, leftOut } = happeningsOf(
    { trial, timeline: noise },
    [{ ...mark, name: "t0" }],
    originOf(trial, noise),
  );
  expect(lines).toHaveLength(300);
  expect(leftOut).toBeGreaterThan(200);
  expect(lines.some((line) => line.says.includes("thing 0"))).toBe(true);
  expect(lines.some((line) => line.says.includes("thing 499"))).toBe(false);
});

test("three requests that went wrong are shown: the first, the slowest and the last", () => {
  const requests = [
    request(1, 0, {}),
    request(2, 100, { right: false }),
    request(3, 200, { outcome: "error", error: "timeout", done: null, at: T0 + 3200 }),
    request(4, 300, { done: T0 + 1300, at: T0 + 1300 }),
    request(5, 400, { outcome: "unsent", sent: null, firstToken: null, done: null, at: T0 + 400 }),
  ];
  const shown = badRequests(trial.plan, requests, originOf(trial, requests));
  expect(shown.map(({ name, came }) => [name, came])).toEqual([
    ["2", "answered, but not right"],
    ["3", "timeout"],
    ["5", "never sent: the harness shed it"],
  ]);
  expect(shown[1]?.steps).toBe("sent after 1 ms, first token after 50 ms, given up after 3000 ms");
  expect(badRequests(trial.plan, requests.slice(0, 1), originOf(trial, requests))).toEqual([]);
});

test("the arms of a trial's number stand on one axis and one scale, with the way to each", async () => {
  const trials = run.intents[0]?.trials ?? [];
  const plot = layOutArms(trials, "wide");
  expect(plot?.strips.map(({ title }) => title.split(":")[0])).toEqual(["treatment-1 ✓ pass", "ablation-1 ✓ pass"]);
  const [one, other] = plot?.panels ?? [];
  expect([one?.title, one?.top]).toEqual([other?.title, other?.top]);
  const zeros = plot?.marks.filter(({ name }) => name === "t0") ?? [];
  expect(zeros.map(({ x }) => x)).toEqual([zeros[0]?.x, zeros[0]?.x]);
  // Each mark keeps to its own arm.
  expect(zeros[0]?.lineTo).toBeLessThan(zeros[1]?.lineFrom ?? 0);
  expect(layOutArms(trials.slice(0, 1), "wide")).toBeNull();
  const pages = await renderPages(run, records);
  const page = pages.get("trials/process/replica-kill/treatment-1/trial.html");
  expect(page).toContain('<a href="../ablation-1/trial.html">ablation-1</a>');
  expect(page).toContain("stayed broken, as it must without the repair");
});

test("an arm in which nothing was injected counts from when it was due", () => {
  const trials = run.intents[0]?.trials ?? [];
  const control = trials.map((one) => ({ ...one, facts: { ...one.facts, marks: {} } }));
  const due = (control[0]?.facts.windows[0]?.from ?? 0) + trial.plan.load.baselineMs + trial.plan.injectAfterMs;
  const plot = layOutArms(control, "wide");
  expect(plot?.axis.to).toBeCloseTo((control[0]?.facts.windows.at(-1)?.to ?? 0) - due);
});

test("a loop that talks without end makes no page without end, and how much is left out is said", async () => {
  const words = (records[0]?.timeline ?? []).filter((event) => event.kind === "claim");
  const much = Array.from({ length: 2000 }, (_, n) => words.map((event) => ({ ...event, at: T0 + 10 * n }))).flat();
  const setting = { place: { path: "intents.0.trials.0", id: "trial-0-0", open: true }, past: [], seed: 1 };
  const page = await trialPage(trial, { ...setting, timeline: much, block: [trial] });
  expect(page).toContain(`${much.length - 200} later claims are left out here`);
  expect(page.length).toBeLessThan(600_000);
});

test("beside the command that runs it again stands what the command cannot repeat", async () => {
  const page = (await renderPages(run, records)).get("trials/process/replica-kill/treatment-1/trial.html") ?? "";
  expect(page.slice(page.indexOf('id="again"'))).toContain(
    "Variables of the environment that the target reads are not kept",
  );
});

test("the whole plan stands on the page, as text", async () => {
  const page = (await renderPages(run, records)).get("trials/process/replica-kill/treatment-1/trial.html") ?? "";
  const shown = /<pre class="plan"[^>]*>([\s\S]*?)<\/pre>/.exec(page)?.[1] ?? "";
  expect(
    JSON.parse(
      shown.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#x3D;", "="),
    ),
  ).toEqual(trial.plan);
});

test("a request is late by the bound of its own stream", () => {
  const load = { ...trial.plan.load, streams: { chat: { ...trial.plan.load, slowOverMs: 4000, timeoutMs: 9000 } } };
  const late = { done: T0 + 3000, at: T0 + 3000 };
  const requests = [request(1, 0, { ...late, stream: "chat" }), request(2, 0, late)];
  const shown = badRequests({ load }, requests, originOf(trial, requests));
  expect(shown.map(({ name }) => name)).toEqual(["2"]);
});
