import { expect, it } from "vitest";
import { FACULTIES } from "../../../../../targets/reference-ai-stack/healer/faculties.ts";
import type { Decision } from "../../../../../targets/reference-ai-stack/healer/decision/decide.ts";
import type { Eyes, Hand, Incident, Scope } from "../../../../../targets/reference-ai-stack/healer/nouns.ts";
import { countsCutAnswersAsWhole } from "../../../../../targets/reference-ai-stack/sabotage/counts-cut-answers-as-whole.ts";
import { defectNamed } from "../../../../../targets/reference-ai-stack/sabotage/table.ts";
import { createVirtualClock } from "../healer/virtual-clock.ts";

const replicas = ["inference-1", "inference-2"].map((replica, n) => ({
  service: "inference",
  replica,
  pid: n + 1,
  port: n,
}));

/** What a healer with the defect decides where an honest one decides for that pathway. */
function decided(defect: string, pathway: string, scope: Scope): Decision {
  const honest: Decision = {
    pathway,
    remedy: { pathway, target: { scope: "service", service: "inference" }, means: "as it should" },
    waitMs: 0,
    reasons: [],
    ends: "escalated",
  };
  const faculties = defectNamed(defect).healer?.faculties?.(
    { ...FACULTIES, decide: () => honest },
    createVirtualClock(),
  );
  if (faculties === undefined) throw new Error(`${defect} does not decide`);
  const incident: Incident = { id: "i", scope, signals: [] };
  type Args = Parameters<typeof FACULTIES.decide>;
  return faculties.decide(incident, {} as Args[1], { replicas } as unknown as Args[2]);
}

it.each([
  ["restart-instead-of-rollback", "rollback-model", "restart-replica", "inference-1"],
  ["restart-instead-of-shedding", "shed-load", "restart-replica", "inference-1"],
  ["clears-instead-of-draining", "redistribute-traffic", "clear-prefix-cache", "inference-2"],
])("%s takes another remedy where %s was chosen, and nothing else anywhere", (defect, right, wrong, replica) => {
  const scope = { service: "inference", ...(replica === "inference-2" && { replica }) };
  expect(decided(defect, right, scope)).toMatchObject({
    pathway: wrong,
    remedy: { pathway: wrong, target: { scope: "replica", service: "inference", replica } },
  });
  expect(decided(defect, "restore-index", scope)).toMatchObject({ pathway: "restore-index" });
});

it.each(["restore-index", "restart-replica", "rollback-model"])(
  "clears-caches-as-cure-all clears the embedder's where %s was chosen",
  (right) => {
    expect(decided("clears-caches-as-cure-all", right, { service: "vector", replica: "vector-1" })).toMatchObject({
      pathway: "clear-cache",
      remedy: { pathway: "clear-cache", target: { scope: "replica", service: "embedder" } },
    });
  },
);

it("scales-out-a-wrong-cache adds one replica to those that there are", () => {
  expect(decided("scales-out-a-wrong-cache", "clear-prefix-cache", { service: "inference" }).remedy).toMatchObject({
    pathway: "scale-inference",
    found: "from 2 to 3",
  });
});

it("quarantines-everything takes users' documents for suspect too, and takes back whatever came before", async () => {
  const closed: unknown[] = [];
  const gone: unknown[] = [];
  const hand: Hand = {
    do: async (operation, { source, batch }) => {
      if (operation === "quarantine-source") closed.push(source);
      if (operation === "roll-back-batch") gone.push(batch);
      return { outcome: "done", says: operation };
    },
  };
  const suspect = { seq: 3, source: "manuals", batch: "b", says: "the same everywhere" };
  const eyes = {
    rollCall: async () => [{ service: "ingestion", replica: "ingestion", pid: 1, port: 9 }],
    ingestion: async () => ({ suspects: [suspect] }),
  } as unknown as Eyes;
  const own = defectNamed("quarantines-everything").healer?.hand?.(hand, eyes, createVirtualClock()) ?? hand;
  const said = await own.do("roll-back-batch", { replica: "ingestion", batch: "3" });
  expect(said.outcome).toBe("done");
  expect({ closed, gone }).toEqual({ closed: ["manuals", "users"], gone: ["1", "2", "3"] });
  expect(await own.do("dead-letter", { replica: "ingestion" })).toEqual({ outcome: "done", says: "dead-letter" });
});

it("a gateway that counts cut answers as whole says so of its upstreams, and leaves all else as it is", async () => {
  const upstreams = [
    {
      replica: "inference-1",
      errors: 3,
      outcomes: { whole: 1, broken: 3, failed: 0, recent: [{ seq: 1, how: "broken" }] },
    },
  ];
  const app = { fetch: () => Response.json({ upstreams }) };
  const gateway = countsCutAnswersAsWhole.gateway?.(app) ?? app;
  const read = async (path: string): Promise<unknown> =>
    (await gateway.fetch(new Request(`http://127.0.0.1${path}`))).json();
  expect(await read("/internal/upstreams?back=3000")).toEqual({
    upstreams: [
      {
        replica: "inference-1",
        errors: 0,
        outcomes: { whole: 1, broken: 0, failed: 0, recent: [{ seq: 1, how: "whole" }] },
      },
    ],
  });
  expect(await read("/other")).toEqual({ upstreams });
});

it("a gateway that answers with another's gives one chat in five what it made for the last one", async () => {
  let asked = 0;
  const app = {
    fetch: async (request: Request) => {
      asked += 1;
      return new Response(`for ${await request.text()}`, {
        headers: { "x-made": "yes", "transfer-encoding": "chunked" },
      });
    },
  };
  const gateway = defectNamed("answers-with-anothers").gateway?.(app) ?? app;
  const framed: (string | null)[] = [];
  const ask = async (path: string, who: number): Promise<string> => {
    const answer = await gateway.fetch(new Request(`http://127.0.0.1${path}`, { method: "POST", body: `user ${who}` }));
    expect([answer.status, answer.headers.get("x-made")]).toEqual([200, "yes"]);
    framed.push(answer.headers.get("transfer-encoding"));
    return answer.text();
  };
  const answers: string[] = [];
  for (const who of [1, 2, 3, 4, 5, 6]) answers.push(await ask("/v1/chat/completions", who));
  expect(answers).toEqual(["for user 1", "for user 2", "for user 3", "for user 4", "for user 4", "for user 6"]);
  // The fifth is whole and has a length: it is not said to come in chunks.
  expect(framed).toEqual(["chunked", "chunked", "chunked", "chunked", null, "chunked"]);
  for (const who of [1, 2, 3, 4, 5]) expect(await ask("/documents", who)).toBe(`for user ${who}`);
  expect(asked).toBe(10);
});
