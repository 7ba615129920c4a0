import { expect, test } from "vitest";
import { openHand } from "../../../../../../targets/reference-ai-stack/healer/orchestration/http-hand.ts";
import { NO_TRACER } from "../../../../../../targets/reference-ai-stack/common/telemetry/span.ts";
import { serveForTest } from "../../../../../support/serve-for-test.ts";

/** A supervisor that answers in turn, with the keys that it was asked with. */
async function supervisorOf(answers: readonly { readonly status: number; readonly body: object }[]) {
  const keys: unknown[] = [];
  const { port } = await serveForTest((request, response) => {
    const { status, body } = answers[keys.length] ?? { status: 500, body: {} };
    keys.push(request.headers["idempotency-key"]);
    response.writeHead(status).end(JSON.stringify(body));
  });
  return { hand: openHand(port, "token", NO_TRACER), keys };
}

test("a supervisor that is busy is asked again under the same key, and what it does then counts", async () => {
  const busy = { status: 409, body: { error: "busy", againMs: 5 } };
  const { hand, keys } = await supervisorOf([busy, { ...busy, status: 503 }, { status: 200, body: {} }]);
  expect(await hand.do("roll-back-model", { version: "a-1" }, "i-1 2")).toMatchObject({ outcome: "done" });
  expect(keys).toEqual(["i-1%202", "i-1%202", "i-1%202"]);
});

test("a refusal for good is not asked again, and one for too long is not waited for", async () => {
  for (const body of [{ error: "no" }, { error: "busy", againMs: 60_000 }, { error: "busy", againMs: "soon" }]) {
    const { hand, keys } = await supervisorOf([
      { status: 409, body },
      { status: 200, body: {} },
    ]);
    expect(await hand.do("roll-back-model", { version: "a-1" })).toMatchObject({ outcome: "failed" });
    expect(keys).toHaveLength(1);
  }
});
