// The deep look over HTTP: what counts as a token made, as none, and as nothing seen; it is marked and bounded.
import { expect, test } from "vitest";
import { openEyes } from "../../../../../../targets/reference-ai-stack/healer/telemetry/http-eyes.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

const limits = { memoryBytes: 1000, handles: undefined };
const whole = (tokens: number): object => ({ choices: [], usage: { completion_tokens: tokens } });

/** Eyes on a replica that answers each completion so, and what they asked it. */
async function look(status: number, body: object) {
  const asked: { readonly mark: unknown; readonly body: Record<string, unknown> }[] = [];
  const { port } = await serveForTest((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += String(piece)));
    request.on("end", () => {
      asked.push({ mark: request.headers["x-probe"], body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  const eyes = openEyes({ supervisorPort: 1, gatewayPort: 1, limits, cacheDir: "/nowhere" });
  return { seen: await eyes.completion(port), asked };
}

test("asks for one token, marked as a probe", async () => {
  const { seen, asked } = await look(200, whole(1));
  expect(seen).toEqual({ state: "good", says: "one token" });
  expect(asked).toMatchObject([{ mark: "1", body: { max_tokens: 1, stream: false } }]);
});

test.each([
  [200, whole(0), "answered 200 without a token"],
  [200, {}, "answered 200 without a token"],
  [429, {}, "answered 429"],
  [500, {}, "answered 500"],
  [503, {}, "answered 503"],
])("an answer of %i with %j is no token", async (status, body, says) => {
  expect((await look(status, body)).seen).toEqual({ state: "busy", says });
});

test.each([400, 401, 404, 422])("an answer of %i says nothing of whether tokens are made", async (status) => {
  expect((await look(status, {})).seen).toBeNull();
});

test("a language model may take five times as long over a token", async () => {
  const { port } = await serveForTest(() => undefined);
  const eyes = openEyes({ supervisorPort: 1, gatewayPort: 1, limits, cacheDir: "/nowhere", engine: "llama" });
  expect(await eyes.completion(port)).toEqual({ state: "silent", says: "no answer within 5000 ms" });
});

test("who does not answer within a second is silent, and who cannot be reached is refused", async () => {
  const { port } = await serveForTest(() => undefined);
  const eyes = openEyes({ supervisorPort: 1, gatewayPort: 1, limits, cacheDir: "/nowhere" });
  expect(await eyes.completion(port)).toEqual({ state: "silent", says: "no answer within 1000 ms" });
  expect(await eyes.completion(1)).toMatchObject({ state: "refused" });
});
