// Changing what is served while the target is busy: it is asked again when it says so, and what became of it is read.
import { expect, test } from "vitest";
import type { ModelsSpec } from "../../../src/core/models.ts";
import { modelsControl } from "../../../src/platforms/target-http/models-control.ts";
import { serveForTest } from "../../support/serve-for-test.ts";

const { signal } = new AbortController();

/** A registry that answers changes in turn with these statuses, each with `Retry-After: 1` where it is `again`. */
async function registryOf(answers: readonly { status: number; again?: string; done?: boolean }[]) {
  const before = { stable: "usual", canary: null };
  let serving: object = { stable: "usual", canary: { version: "candidate", share: 0.5 } };
  const asked: number[] = [];
  const { url: base } = await serveForTest((request, response) => {
    if (request.method === "GET") {
      response.end(JSON.stringify({ serving }));
      return;
    }
    const { status, again, done = status === 200 } = answers[asked.length] ?? { status: 500 };
    asked.push(status);
    if (done) serving = { canary: null, stable: "usual" };
    response.writeHead(status, again === undefined ? {} : { "retry-after": again }).end("{}");
  });
  const spec: ModelsSpec = {
    service: "vec",
    serving: { url: `${base}/models`, pointer: "/serving", candidate: "/serving/canary/version" },
    rollOut: { method: "POST", url: `${base}/roll-out`, body: '{"version":"{version}","share":"{share}"}' },
    restore: { method: "POST", url: `${base}/serving`, body: '"{serving}"' },
    asked: { method: "POST", url: `${base}/answer`, body: "{}", pointer: "/model" },
  };
  const token = async (): Promise<string> => "token";
  const control = modelsControl({ spec, allows: () => false, token, hasEnded: async () => false });
  return { control, asked, before };
}

test("a target that is busy or away is asked again when it says so", async () => {
  const { control, asked, before } = await registryOf([
    { status: 409, again: "0" },
    { status: 503, again: "1" },
    { status: 200 },
  ]);
  await control.restore(before, signal);
  expect(asked).toEqual([409, 503, 200]);
  expect((await control.serving(signal)).all).toEqual(before);
});

test("a refusal that does not say when to come again, or too late, is one", async () => {
  for (const answer of [{ status: 409 }, { status: 503, again: "3600" }, { status: 500, again: "0" }]) {
    const { control, asked, before } = await registryOf([answer, { status: 200 }]);
    await expect(control.restore(before, signal)).rejects.toThrow(`status ${answer.status}`);
    expect(asked).toHaveLength(1);
  }
});

test("a change that was made though its answer was bad counts as made, by what the registry says", async () => {
  const { control, asked, before } = await registryOf([{ status: 502, done: true }]);
  await control.restore(before, signal);
  expect(asked).toEqual([502]);
});

test("nobody is asked again once the signal ends", async () => {
  const { control, asked, before } = await registryOf([{ status: 409, again: "5" }, { status: 200 }]);
  const soon = new AbortController();
  const restored = control.restore(before, soon.signal);
  await expect.poll(() => asked.length).toBe(1);
  soon.abort();
  await expect(restored).rejects.toThrow();
  expect(asked).toHaveLength(1);
});
