import { expect, test } from "vitest";
import { askJson } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-json.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

async function counting() {
  let connections = 0;
  const served = await serveForTest((request, response) => {
    if (request.url === "/never") return;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ connections }));
  });
  served.server.on("connection", () => (connections += 1));
  return { ...served, connections: () => connections };
}

test("a probe opens a connection of its own each time, and what is asked often keeps one", async () => {
  const served = await counting();
  const call = { port: served.port, path: "/", timeoutMs: 5000 };
  for (let n = 1; n <= 3; n += 1) expect((await askJson(call)).kind).toBe("answered");
  expect(served.connections()).toBe(3);
  for (let n = 1; n <= 3; n += 1) expect((await askJson({ ...call, kept: true })).kind).toBe("answered");
  expect(served.connections()).toBe(4);
});

test("a kept connection that was ended is opened anew, and one to nobody is refused", async () => {
  const served = await counting();
  const call = { port: served.port, path: "/", timeoutMs: 5000, kept: true };
  await askJson(call);
  served.server.closeAllConnections();
  expect((await askJson(call)).kind).toBe("answered");
  await served.end();
  expect(await askJson(call)).toMatchObject({ kind: "refused", says: "ECONNREFUSED" });
});

test("who is silent on a kept connection is not asked again", async () => {
  const served = await counting();
  const call = { port: served.port, timeoutMs: 5000, kept: true };
  await askJson({ ...call, path: "/" });
  expect((await askJson({ ...call, path: "/never", timeoutMs: 50 })).kind).toBe("silent");
  expect((await askJson({ ...call, path: "/" })).kind).toBe("answered");
  expect(served.connections()).toBe(2);
});
