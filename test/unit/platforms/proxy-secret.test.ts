// The secret of the fault proxy's API is a part of its URL: what goes wrong with it is told, and recorded, without it.
import { expect, test } from "vitest";
import { HarnessError } from "../../../src/core/errors.ts";
import { edgeControl } from "../../../src/platforms/toxiproxy/edge-control.ts";
import { proxyApi } from "../../support/sockets.ts";

const token = "a-secret-of-some-length";
const toxic = { name: "slow", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 1 } } as const;

/** All that anybody could write down of an error. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const hint = thrown instanceof HarnessError ? thrown.hint : "";
  return [thrown.message, thrown.stack, hint, wordsOf(thrown.cause)].join("\n");
}

test("no error of the proxy's control tells the secret of its API, whatever is wrong there", async () => {
  const api = await proxyApi({ token });
  const said: string[] = [];
  const look = async (): Promise<void> => {
    const edge = edgeControl(api.url, "edge", "/health");
    const signal = AbortSignal.timeout(5_000);
    const calls: readonly Promise<unknown>[] = [
      edge.addToxic(toxic),
      edge.removeToxic("slow"),
      edge.struck("slow"),
      edge.roundTripMs(signal),
      edge.through(signal),
    ];
    for (const one of await Promise.allSettled(calls)) {
      if (one.status === "rejected") said.push(wordsOf(one.reason));
    }
  };
  expect(api.url).toContain(token);
  // First it knows no such proxy, then nobody is there.
  await look();
  await api[Symbol.asyncDispose]();
  await look();
  expect(said).toHaveLength(10);
  expect(said.filter((words) => words.includes(token))).toEqual([]);
});
