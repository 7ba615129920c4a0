import { afterEach, expect, it } from "vitest";
import { gatewayBefore, openThings, standIn } from "./stand-ins.ts";

afterEach(async () => {
  await Promise.all(openThings.splice(0).map((close) => close()));
});

it.each([true, false])(
  "answers 404 in OpenAI's shape to who names a version that nobody has, and asks no replica (stream: %s)",
  async (stream) => {
    let asked = 0;
    const replica = await standIn((_request, response) => ((asked += 1), response.writeHead(404).end("{}")));
    const base = await gatewayBefore({ inferences: [replica, replica] });
    const split = { stable: "extractive-1", canary: null, others: [], known: ["extractive-1", "extractive-2"] };
    const headers = { authorization: "Bearer s3cret", "content-type": "application/json" };
    await fetch(`${base}/internal/models`, { method: "PUT", headers, body: JSON.stringify(split) });
    for (const model of ["extractive-99", "extractive-2"]) {
      const body = JSON.stringify({ model, stream, messages: [{ role: "user", content: "How?" }] });
      const answer = await fetch(`${base}/v1/chat/completions`, { method: "POST", body });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        error: {
          message: `the model ${model} is not served here`,
          type: "invalid_request_error",
          param: "model",
          code: "model_not_found",
        },
      });
    }
    expect(asked).toBe(0);
  },
);
