// What a run leaves as metrics, as a real Prometheus reads it, and what a receiver of OTLP gets.

import type { IncomingMessage } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { trialsOf } from "../../src/core/digest.ts";
import { metricsOf, metricsText } from "../../src/report/metrics.ts";
import { metricsOut } from "../../src/run/metrics-out.ts";
import type { TimelineEvent } from "../../src/records/timeline/event.ts";
import { sampleRun } from "../builders/sample-run.ts";
import { noPrometheus, startPrometheus } from "../support/prometheus.ts";
import { serveForTest } from "../support/serve-for-test.ts";
import { projectRoot } from "../support/rebound-process.ts";

const { run } = sampleRun();
const triage = [{ intent: "data/vector-index-corruption", kind: "regression" as const, says: "it passed before" }];

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

async function serving(answer: (request: IncomingMessage) => string | Promise<string>, status = 200): Promise<number> {
  const { port } = await serveForTest((request, response) => {
    void (async () => response.writeHead(status, { "content-type": "text/plain" }).end(await answer(request)))();
  });
  return port;
}

describe.skipIf(noPrometheus !== undefined)("the dashboard", () => {
  test("asks a real Prometheus nothing that it does not answer, of a run that had everything", async () => {
    const page = await serving(() => metricsText(metricsOf({ ...run, triage })));
    await using prometheus = await startPrometheus([page]);
    const ask = async (query: string): Promise<{ status: string; data?: { result: readonly unknown[] } }> => {
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
      return (await answer.json()) as Awaited<ReturnType<typeof ask>>;
    };
    while ((await ask("rebound_run_info")).data?.result.length !== 1) await new Promise(setImmediate);
    const text = await readFile(join(projectRoot, "docker/grafana-dashboard.json"), "utf8");
    const { panels } = JSON.parse(text) as Dashboard;
    const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
    expect(queries.length).toBeGreaterThan(10);
    for (const { title, expr } of queries) {
      const { status, data } = await ask(expr.replace(/\$(target|intent)/g, ".*"));
      expect({ title, expr, status, answered: (data?.result.length ?? 0) > 0 }).toEqual({
        title,
        expr,
        status: "success",
        answered: true,
      });
    }
  });
});

const end = {
  dir: "/nowhere",
  result: run,
  trialOf: trialsOf(run),
  timelineOf: (): Promise<readonly TimelineEvent[]> =>
    Promise.resolve([
      { kind: "phase", at: 0, phase: "boot", epochTime: "2026-11-22T02:31:00.000Z" },
      { kind: "phase", at: 900, phase: "done" },
    ]),
};

describe("a receiver of OTLP", () => {
  test("gets the metrics, then a trace for each trial, with the headers that were set", async () => {
    const got: { url: string; authorization: string; body: Record<string, unknown> }[] = [];
    const port = await serving(async (request) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const { authorization = "" } = request.headers;
      got.push({ url: request.url ?? "", authorization, body: JSON.parse(text) as Record<string, unknown> });
      return "{}";
    });
    const troubles: string[] = [];
    const env = { OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cret, x=1" };
    const otlp = `http://127.0.0.1:${port}/`;
    for (const { finish } of metricsOut({ otlp }, (says) => troubles.push(says), env)) await finish?.(end);
    const trials = run.intents.flatMap((intent) => intent.trials);
    expect(got.map(({ url }) => url)).toEqual(["/v1/metrics", ...trials.map(() => "/v1/traces")]);
    expect(new Set(got.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer s3cret"]));
    expect(got[0]?.body).toHaveProperty("resourceMetrics");
    expect(got[1]?.body).toHaveProperty("resourceSpans");
    expect(troubles).toEqual([]);
  });

  test("that refuses, or is not there, is named once, without the secret, and harms nothing", async () => {
    const port = await serving(() => "no", 401);
    const env = { OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cret" };
    const tell = async (otlp: string): Promise<readonly string[]> => {
      const troubles: string[] = [];
      for (const { finish } of metricsOut({ otlp }, (says) => troubles.push(says), env)) await finish?.(end);
      return troubles;
    };
    const refused = `127.0.0.1:${port}`;
    expect(await tell(`http://${refused}`)).toEqual([`OTLP metrics were not taken by ${refused}: status 401`]);
    const [gone = "", ...more] = await tell("http://127.0.0.1:1");
    expect(gone).toMatch(/^OTLP metrics were not taken by 127\.0\.0\.1:1: /);
    expect([gone, ...more].join()).not.toContain("s3cret");
    expect(more).toEqual([]);
  });

  test("with an address that is none is refused before anything runs", () => {
    for (const otlp of ["collector", "ftp://127.0.0.1", "http://me:secret@127.0.0.1:4318"])
      expect(() => metricsOut({ otlp }, () => undefined, {})).toThrow("--otlp is no address of a receiver");
  });
});
