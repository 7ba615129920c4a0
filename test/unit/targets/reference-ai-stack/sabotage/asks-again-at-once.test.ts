// A fallback that has a budget of its own: what it does to the services behind the gateway.
import { expect, it } from "vitest";
import { defectNamed } from "../../../../../targets/reference-ai-stack/sabotage/table.ts";

/** A gateway that turns its first chats away, and how often it was asked with which body. */
function gatewayOf(statuses: readonly number[]) {
  const bodies: string[] = [];
  const app = {
    async fetch(request: Request): Promise<Response> {
      bodies.push(await request.text());
      return new Response(null, { status: statuses[bodies.length - 1] ?? 200, headers: { "retry-after": "3" } });
    },
  };
  const gateway = defectNamed("asks-again-at-once").gateway?.(app) ?? app;
  const ask = async (path: string): Promise<number> =>
    (await gateway.fetch(new Request(`http://127.0.0.1${path}`, { method: "POST", body: "a question" }))).status;
  return { bodies, ask };
}

it("a gateway with the defect asks all services anew until it is answered, though it was told to wait", async () => {
  const { bodies, ask } = gatewayOf([429, 503]);
  expect(await ask("/v1/chat/completions")).toBe(200);
  expect(bodies).toEqual(["a question", "a question", "a question"]);
});

it("ends some time, and leaves refusals of the request itself and other paths alone", async () => {
  const never = gatewayOf(Array.from({ length: 100 }, () => 429));
  expect(await never.ask("/v1/chat/completions")).toBe(429);
  expect(never.bodies).toHaveLength(20);
  const refused = gatewayOf([400]);
  expect(await refused.ask("/v1/chat/completions")).toBe(400);
  expect(refused.bodies).toHaveLength(1);
  const other = gatewayOf([503]);
  expect(await other.ask("/documents")).toBe(503);
  expect(other.bodies).toHaveLength(1);
});
