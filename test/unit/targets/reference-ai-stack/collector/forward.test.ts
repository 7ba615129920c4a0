// Handing on to a user's own backend: it gets what came in; when it refuses, hangs or is away nobody here is held up.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { createForward, readHeaders } from "../../../../../targets/reference-ai-stack/collector/forward.ts";
import { NUMBERS } from "../../../../../targets/reference-ai-stack/collector/numbers.ts";
import { freePort } from "../../../../support/free-port.ts";
import { serveForTest, serveSocketsForTest } from "../../../../support/serve-for-test.ts";
import { openCollector, traces } from "./otlp-bodies.ts";

const SECRET = "Bearer of-the-user";

function forwardTo(endpoint: string) {
  const lines: string[] = [];
  const say = (message: string, fields: object = {}): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const forward = createForward({ endpoint, headers: { authorization: SECRET } }, { info: say, warn: say, error: say });
  onTestFinished(() => forward.close());
  return { forward, lines };
}

/** A backend that answers each request with the next of these statuses, and then 200. */
async function backend(...statuses: readonly number[]) {
  const seen: { readonly path: string | undefined; readonly key: string | undefined; readonly body: string }[] = [];
  const left = [...statuses];
  const served = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += String(piece)));
    request.on("end", () => {
      seen.push({ path: request.url, key: request.headers.authorization, body });
      response.writeHead(left.shift() ?? 200).end("{}");
    });
  });
  return { ...served, seen };
}

const patiently = { timeout: 20_000, interval: 20 };

it("hands on each body as it came, with the headers, and below the path of the endpoint", async () => {
  const { url, seen } = await backend();
  const { forward } = forwardTo(`${url}/otlp/`);
  const folder = mkdtempSync(join(tmpdir(), "collector-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const collector = openCollector(join(folder, "telemetry.sqlite"), forward);
  const body = traces({ service: "gateway", id: "a" });
  expect(await collector.send("traces", body)).toBe(200);
  expect(await collector.send("traces", { resourceSpans: 1 })).toBe(400);
  await vi.waitFor(() => expect(forward.counts().sent).toBe(1), patiently);
  expect(seen).toEqual([{ path: "/otlp/v1/traces", key: SECRET, body: JSON.stringify(body) }]);
});

it("sends again what a backend puts off, in order, and drops what it does not want", async () => {
  const { url, seen } = await backend(503, 400);
  const { forward, lines } = forwardTo(url);
  for (const body of ["one", "two"]) forward.put("logs", body);
  await vi.waitFor(() => expect(forward.counts()).toEqual({ sent: 1, dropped: 1, waiting: 0 }), patiently);
  expect(seen.map(({ body }) => body)).toEqual(["one", "one", "two"]);
  expect(lines.join("\n")).not.toContain("of-the-user");
  expect(lines).toHaveLength(3);
});

it("never waits for a backend that is away or hangs, keeps to its bound, and drops the oldest", async () => {
  const hanging = await serveSocketsForTest();
  for (const endpoint of [`http://127.0.0.1:${await freePort()}`, hanging.url]) {
    const { forward, lines } = forwardTo(endpoint);
    for (let i = 0; i < NUMBERS.forward.queueBodies + 100; i += 1) forward.put("metrics", String(i));
    expect(forward.counts()).toEqual({ sent: 0, dropped: 100, waiting: NUMBERS.forward.queueBodies });
    for (let i = 0; i < 10; i += 1) forward.put("metrics", "x".repeat(4 * 1024 * 1024));
    expect(forward.counts().waiting).toBeLessThanOrEqual(NUMBERS.forward.queueBytes / (4 * 1024 * 1024));
    expect(lines.length).toBeLessThanOrEqual(1);
  }
});

it("goes on once the backend is back", async () => {
  const port = await freePort();
  const { forward } = forwardTo(`http://127.0.0.1:${port}`);
  forward.put("logs", "kept");
  const seen: string[] = [];
  await serveForTest((request, response) => {
    request.on("data", (piece: Buffer) => seen.push(String(piece)));
    request.on("end", () => response.end("{}"));
  }, port);
  await vi.waitFor(() => expect(seen).toEqual(["kept"]), patiently);
});

it("never sends to the backend's log what stands in a header, and refuses one that cannot be sent", () => {
  expect(readHeaders("Api-Key=a%20b, x-tenant = 7,")).toEqual({ "api-key": "a b", "x-tenant": "7" });
  for (const text of ["secret", "a=%E0%A4%A", "a=%0d%0ax: y", "=secret"]) {
    expect(() => readHeaders(text)).toThrow(/OTEL_EXPORTER_OTLP_HEADERS/);
    expect(() => readHeaders(text)).not.toThrow(/secret|%E0|%0d/);
  }
});
