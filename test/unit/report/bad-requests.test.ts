// What a trial's page shows of the traces of requests that went wrong: spans as a waterfall, and words where there are
// none, harmless whatever the stack said.

import { expect, test } from "vitest";
import type { RequestEvent } from "../../../src/records/timeline/request.ts";
import type { RequestTrace, TracesEvent } from "../../../src/records/timeline/traces.ts";
import { badRequests, tracesSentence } from "../../../src/report/bad-requests.ts";
import { wordsOf } from "../../builders/committed-samples.ts";
import { renderPages } from "../../builders/rendered-page.ts";
import { hostile, passingRun } from "../../builders/sample-run.ts";

const { run, records } = passingRun();
const plan = records[0]?.plan ?? expect.fail("the sample run has no trial");
const origin = { at: 1000, what: "injection (t0)" };
const traceId = "ab".repeat(16);

const failed = (id: number, change: Partial<RequestEvent> = {}): RequestEvent => ({
  kind: "request",
  id,
  at: 2000 + id,
  intended: 1500 + id,
  sent: 1501 + id,
  firstToken: null,
  done: null,
  right: null,
  outcome: "error",
  error: "status 503",
  ...change,
});
const traces = (...requests: readonly RequestTrace[]): TracesEvent => ({ kind: "traces", at: 9000, requests });
const spans = [
  { service: "gateway", name: "POST /chat", depth: 0, since: 0, duration: 200, error: "503" },
  { service: "", name: "POST /search", depth: 1, since: 50, duration: 4.25 },
];

test("spans stand as steps of a waterfall in percent of the whole, with how each ended", () => {
  const [shown] = badRequests(plan, [failed(1), traces({ id: 1, traceId, spans, more: 3 })], origin);
  expect(shown?.trace).toEqual({
    id: traceId,
    says: "3 more spans are left out.",
    spans: [
      {
        depth: 0,
        service: "gateway",
        name: "POST /chat",
        times: "from 0.0 ms on, 200 ms",
        status: "failed: 503",
        failed: true,
        left: 0,
        width: 100,
      },
      {
        depth: 1,
        service: "a service without a name",
        name: "POST /search",
        times: "from 50 ms on, 4.3 ms",
        status: "well",
        failed: false,
        left: 25,
        width: 2.1,
      },
    ],
  });
});

test("a request finds its own trace, by number and stream", () => {
  const timeline = [
    failed(1, { stream: "chat" }),
    failed(1, { intended: 1700 }),
    traces({ id: 1, traceId: "of the default stream" }, { id: 1, stream: "chat", traceId: "of chat" }),
  ];
  const shown = badRequests(plan, timeline, origin).map(({ name, trace }) => [name, trace.id]);
  expect(shown).toEqual([
    ["chat 1", "of chat"],
    ["1", "of the default stream"],
  ]);
});

test("where there are no spans it is said why", () => {
  const says = (trace?: RequestTrace): string | undefined =>
    badRequests(plan, [failed(1), ...(trace === undefined ? [] : [traces(trace)])], origin)[0]?.trace.says;
  expect(says({ id: 1, traceId })).toBe("The target does not say where its traces are (`traces` in target.yaml).");
  expect(says({ id: 1, traceId, reason: "answered 500" })).toBe(
    "The stack was asked for it before it ended: answered 500.",
  );
  expect([says(), says({ id: 2, traceId })]).toEqual(["", ""]);
  expect(tracesSentence([failed(1)], "whole")).toContain("ids were not kept");
});

test("an answer that came late or leaked and was right all the same is called right", () => {
  const late = failed(1, { outcome: "answered", done: 9500, at: 9500, right: true });
  expect(badRequests(plan, [late], origin)[0]?.steps).toMatch(/, its answer right$/);
});

test("words of a span that try to break out of the page are shown and do nothing", async () => {
  const bad = { service: hostile, name: hostile, depth: 99, since: -5, duration: 0, error: hostile };
  const told = records.map((record) => {
    const request = failed(77_777, { intended: -1e6, at: 1e6 });
    const trace = traces({ id: 77_777, traceId: hostile, spans: [bad, ...spans] });
    return { ...record, timeline: [...record.timeline, request, trace] };
  });
  const pages = [...(await renderPages(run, told))];
  const html = pages.find(([path]) => path.includes("treatment-1"))?.[1] ?? "";
  expect(html).toContain('<span class="d12"><strong>');
  expect(html).not.toMatch(/<script>alert|<img src=x/);
  expect(wordsOf(html)).toContain("Below each its trace by the stack’s own spans");
  expect(html).toMatch(/<rect class="failed" x="0" y="0" width="[\d.]+"/);
});

test("a run of before says that ids were not kept", async () => {
  const told = records.map((record) => ({ ...record, timeline: [...record.timeline, failed(77_777)] }));
  const html = [...(await renderPages(run, told))].find(([path]) => path.includes("treatment-1"))?.[1] ?? "";
  expect(wordsOf(html)).toContain("trace ids were not kept");
});
