// How it is seen what became of batches, at a target that answers over HTTP as a busy one does.
import { expect, it } from "vitest";
import { observeChanged, observeState, observeWaits, saidWithinMs } from "../../../../src/faults/parts/bring-batch.ts";
import { deliveriesControl } from "../../../../src/platforms/processes/deliveries-control.ts";
import { fixtureTarget } from "../../../support/fixture-target.ts";
import { serveForTest } from "../../../support/serve-for-test.ts";

/**
 * A target that says one word after the other, the last one for ever, and of each batch that it has changed so many
 * documents; a number is a status without a word.
 */
async function sayingInTurn(...says: readonly (string | number)[]) {
  return saying(says);
}

async function saying(says: readonly (string | number)[], changed = 0) {
  let n = 0;
  const { port } = await serveForTest((_request, response) => {
    const now = says[Math.min(n, says.length - 1)] ?? 404;
    n += 1;
    response.statusCode = typeof now === "number" ? now : 200;
    response.end(JSON.stringify({ state: now, changed }));
  });
  const { deliveries: spec } = fixtureTarget();
  if (spec === undefined) throw new Error("the fixture takes no batches");
  return deliveriesControl({
    spec: { ...spec, state: { ...spec.state, changed: "/changed" } },
    base: `http://127.0.0.1:${port}`,
    allows: () => true,
    token: async () => "none",
    hasEnded: async () => false,
  });
}

it("goes on looking while a batch is not taken, waits, or nobody has time to say what became of it", async () => {
  const control = await sayingInTurn(404, "queued", 503, 503, "queued", "published");
  const seen = await observeState(control, { batches: ["b"], documents: 1 }, "done", AbortSignal.timeout(20_000));
  expect(seen).toMatchObject({ confirmed: true, seen: "b: published" });
});

it("ends with whoever asks, also while the target does not answer", async () => {
  const over = new AbortController();
  const control = await sayingInTurn(503);
  const looking = observeState(control, { batches: ["b"], documents: 1 }, "fails", over.signal);
  over.abort(new Error("the trial is over"));
  await expect(looking).rejects.toThrow("the trial is over");
});

it("sees a backlog by the last batch, which waits, once all of them were taken", async () => {
  const batches = ["a", "b"];
  const waits = await sayingInTurn(404, 503, "queued");
  const seen = await observeWaits(waits, batches, AbortSignal.timeout(20_000));
  expect(seen).toMatchObject({ confirmed: true, seen: "a: queued, b: queued" });
  const done = await observeWaits(await sayingInTurn("published"), batches, AbortSignal.timeout(20_000));
  expect(done.confirmed).toBe(false);
});

it("sees that a batch acted by the documents that it has changed, though it is not done when time is up", async () => {
  const seen = async (changed: number) =>
    observeChanged(await saying(["queued"], changed), { batch: "b", documents: 4 }, AbortSignal.timeout(20_000), 50);
  const [most, few] = await Promise.all([seen(2), seen(1)]);
  expect(most).toMatchObject({ confirmed: true, seen: "b: queued, 2 of 4 documents changed" });
  expect(few).toMatchObject({ confirmed: false, seen: "b: queued, 1 of 4 documents changed" });
});

it("does not wait for a batch that is done, whatever it says of its documents", async () => {
  const control = await saying([503, "queued", "published"]);
  const seen = await observeChanged(control, { batch: "b", documents: 4 }, AbortSignal.timeout(20_000));
  expect(seen).toMatchObject({ confirmed: true, seen: "b: published, 0 of 4 documents changed" });
});

it("waits longer for more documents, and never as long as a trial lets a fault take", () => {
  const trialLetsMs = 15_000;
  expect(saidWithinMs(120)).toBeGreaterThan(saidWithinMs(3) + 5_000);
  expect(saidWithinMs(10_000)).toBeLessThan(trialLetsMs - 1_000);
});
