// A replica the way to which leads to another service: users notice nothing, and the books do.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { backendDetector } from "../../../../../targets/reference-ai-stack/healer/detection/backend-detector.ts";
import type { Ending, UpstreamView } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { ask, gatewayBefore, inference, openThings, standIn, upstream } from "./stand-ins.ts";

beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(openThings.splice(0).map((close) => close()));
});

/** What the gateway tells of its upstreams, as the healer reads it. */
async function viewsOf(base: string): Promise<UpstreamView[]> {
  const answer = await fetch(`${base}/internal/upstreams`);
  const { upstreams } = (await answer.json()) as {
    upstreams: readonly (UpstreamView & { readonly outcomes: { readonly recent: readonly Ending[] } })[];
  };
  return upstreams.map(({ service, replica, weight, outcomes }) => {
    return { service, replica, weight, started: 0, waiting: [], recent: [], endings: outcomes.recent };
  });
}

it("is seen by how exchanges with it end, though its health path is well and every user is answered", async () => {
  const well = inference("two");
  let isMisrouted = false;
  // Another service knows no chat, and has a health path of its own.
  const astray = await standIn((request, response) => {
    request.resume();
    if (isMisrouted) response.writeHead(request.method === "GET" ? 200 : 404).end("{}");
    else well(request, response);
  });
  const split = { stable: "extractive-1", canary: null, others: [], known: ["extractive-1"] };
  const base = await gatewayBefore({ inferences: [astray, await standIn(well)], split });
  const statuses: number[] = [];
  let state = backendDetector.initial;
  let at = 0;
  const signals = new Set<string>();
  // Ten requests a second on the healer's clock, and a look after each; the gateway's own reflex leaves a replica out
  // for a second after five failures in a row.
  const round = async (): Promise<void> => {
    await expect.poll(async () => (await upstream(base, "inference-1")).ejected, { timeout: 5000 }).toBe(false);
    for (let n = 0; n < 12; n += 1) {
      statuses.push((await ask(base)).status);
      at += 100;
      state = backendDetector.take(state, { kind: "traffic", at, upstreams: await viewsOf(base) });
      for (const { name, scope } of backendDetector.signals(state)) signals.add(`${name} ${scope.replica}`);
    }
  };
  await round();
  expect([...signals]).toEqual([]);
  isMisrouted = true;
  await round();
  await round();
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await upstream(base, "inference-1")).ejections).toBe(2);
  expect([...signals]).toEqual(["fails-unlike-siblings inference-1"]);
});
