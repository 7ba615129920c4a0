// The door by which the prefix cache is cleared, where nobody is left behind it, or somebody else.
import { expect, it } from "vitest";
import { createLogger } from "../../../../../targets/reference-ai-stack/common/log.ts";
import { startEngine } from "../../../../../targets/reference-ai-stack/inference/engine-door.ts";
import { engineForTest } from "../../../../builders/inference-engine.ts";
import { serve } from "./inference-for-test.ts";

const clear = (base: string): Promise<Response> =>
  fetch(`${base}/reset_prefix_cache`, { method: "POST", headers: { authorization: "Bearer cache" } });

it("answers 503 when the engine's process is gone, and waits for nobody", async () => {
  const engine = startEngine(createLogger("inference-test"), { kvBlocks: 64, engine: "extractive" });
  engine.end();
  // What was asked of it before it was known to be gone is answered too.
  await expect(engine.clearCache()).rejects.toThrow("the engine's process ended");
  await expect(engine.clearCache()).rejects.toThrow("the engine's process is gone");
  const answer = await clear(await serve({ engine }));
  expect([answer.status, await answer.json()]).toEqual([503, { error: "the engine's process is gone" }]);
});

it("clears nothing where an upstream answers, and says so", async () => {
  const answer = await clear(await serve({ engine: engineForTest(), upstreamUrl: "http://127.0.0.1:9/v1" }));
  expect(answer.status).toBe(409);
  expect(await answer.text()).toContain("an upstream answers here");
});
