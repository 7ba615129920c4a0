import { expect, test } from "vitest";
import { NUMBERS } from "../../../../../../targets/reference-ai-stack/healer/numbers.ts";
import { askJson } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";
import { createPulse } from "../../../../../../targets/reference-ai-stack/healer/telemetry/pulse.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

const EVERY = NUMBERS.look.pulseMs;

/** A replica that answers `status`, how often it was asked for its health, and a pulse whose clock stands still. */
async function replica() {
  const began = performance.now();
  const seen = { status: 200, healths: 0, connections: 0, now: began, began, dearMs: 0 };
  const served = await serveForTest((request, response) => {
    if (request.url === "/health") seen.healths += 1;
    setTimeout(() => response.writeHead(seen.status).end("{}"), request.url === "/self-retrieval" ? seen.dearMs : 0);
  });
  served.server.on("connection", () => (seen.connections += 1));
  const look = (path = "/manifest") => askJson({ port: served.port, path, timeoutMs: 1000, kept: true });
  const pulse = createPulse(() => seen.now);
  return { seen, look, port: served.port, pulse };
}

test("whoever has just answered another look is not asked for its health, and is when it was silent for a period", async () => {
  const { seen, look, pulse, port } = await replica();
  await pulse(port, true);
  expect(seen.healths).toBe(1);
  await look();
  expect(await pulse(port, true)).toMatchObject({ state: "good", agoMs: expect.any(Number) });
  expect(seen.healths).toBe(1);
  seen.now = performance.now() + EVERY;
  expect(await pulse(port, true)).not.toHaveProperty("agoMs");
  expect(seen.healths).toBe(2);
});

test("however often it answers other looks, each third period it is asked over a connection of its own", async () => {
  const { seen, look, pulse, port } = await replica();
  await pulse(port, true);
  await look();
  const before = seen.connections;
  seen.now = seen.began + 3 * EVERY - 1;
  await pulse(port, true);
  expect(seen.connections).toBe(before);
  seen.now = seen.began + 3 * EVERY + 1;
  await look();
  await pulse(port, true);
  expect(seen.connections).toBe(before + 1);
});

test("an answer that was an error, or a look that was cut off, stands for no pulse", async () => {
  const { seen, look, pulse, port } = await replica();
  await pulse(port, true);
  await look();
  seen.status = 500;
  expect((await look("/self-retrieval")).kind).toBe("answered");
  seen.status = 200;
  expect(await pulse(port, true)).toHaveProperty("agoMs");
  const cut = await serveForTest((request, response) =>
    request.url === "/cut" ? void request.socket.destroy() : void response.end("{}"),
  );
  await askJson({ port: cut.port, path: "/manifest", timeoutMs: 1000, kept: true });
  const other = createPulse();
  await other(cut.port, true);
  expect(await other(cut.port, true)).toHaveProperty("agoMs");
  await askJson({ port: cut.port, path: "/cut", timeoutMs: 1000, kept: true });
  expect(await other(cut.port, true)).not.toHaveProperty("agoMs");
});

test("who asks for a pulse itself gets one", async () => {
  const { seen, look, pulse, port } = await replica();
  await pulse(port);
  await look();
  expect(await pulse(port)).not.toHaveProperty("agoMs");
  expect(seen.healths).toBe(2);
});

test("what was waited for stands for no pulse: it took as long as the wait", async () => {
  const { pulse, port, seen } = await replica();
  await pulse(port, true);
  seen.now = performance.now() + EVERY;
  await askJson({ port, path: "/inventory", timeoutMs: 1000, kept: true, waitSeconds: 1 });
  expect(await pulse(port, true)).not.toHaveProperty("agoMs");
});

test("what another look took is not what its health takes", async () => {
  const { pulse, port, seen } = await replica();
  const { ms } = await pulse(port, true);
  seen.dearMs = 300;
  await askJson({ port, path: "/self-retrieval", timeoutMs: 1000, kept: true });
  expect(await pulse(port, true)).toMatchObject({ ms, agoMs: expect.any(Number) });
});
