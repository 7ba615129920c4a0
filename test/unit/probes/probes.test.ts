import { serveForTest } from "../../support/serve-for-test.ts";
import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import type { ProbedReplica, ProbeSpec, TargetAccess } from "../../../src/core/probe-kind.ts";
import { atPointer, whyNoNumber } from "../../../src/core/json-pointer.ts";
import { makeProbes } from "../../../src/probes/table.ts";

const common = { service: "vector", everyMs: 200, timeoutMs: 300, data: false } as const;
const healthy: ProbeSpec = { kind: "healthy-replicas", name: "replicas.vector", ...common };
const records: ProbeSpec = {
  kind: "http-json",
  name: "records.vector",
  path: "/manifest",
  pointer: "/counts/records",
  combine: "min",
  ...common,
};
const retrieval: ProbeSpec = {
  kind: "self-retrieval",
  name: "recall.vector",
  samplePath: "/sample",
  searchPath: "/search",
  sample: 4,
  ...common,
};

let nextReplica = 0;

const isRunning = (): Promise<boolean> => Promise.resolve(true);

/** A replica served by this process, for the length of the test. */
async function replica(listener: RequestListener): Promise<ProbedReplica> {
  const { url } = await serveForTest(listener);
  nextReplica += 1;
  return { replica: `vector-${nextReplica}`, address: url, isRunning };
}

const gone: ProbedReplica = { replica: "vector-gone", address: "http://127.0.0.1:1", isRunning };

function accessTo(...replicas: readonly ProbedReplica[]): TargetAccess {
  return { replicas: () => replicas, health: () => ({ path: "/health" }) };
}

async function look(spec: ProbeSpec, access: TargetAccess, signal = new AbortController().signal) {
  const [probe] = makeProbes([spec], access, 1);
  return probe?.look(signal);
}

const json =
  (value: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  };

describe("healthy-replicas", () => {
  it("counts replicas with a living process that answer 200; anything else it saw is not healthy", async () => {
    const well = await replica((request, response) => response.writeHead(request.url === "/health" ? 200 : 404).end());
    const ill = await replica((_request, response) => response.writeHead(503).end());
    const silent = await replica(() => undefined);
    expect(await look(healthy, accessTo(well))).toEqual({ ok: true, value: 1 });
    const note = `${ill.replica}: answered 503; ${silent.replica}: no answer in time; ${gone.replica}: connection refused`;
    expect(await look(healthy, accessTo(well, ill, silent, gone))).toEqual({ ok: true, value: 1, note });
    expect(await look(healthy, accessTo(gone))).toMatchObject({ ok: true, value: 0 });
  });

  it("does not count an answer without a living process behind it", async () => {
    const well = await replica((_request, response) => response.end());
    const dead = { ...well, isRunning: () => Promise.resolve(false) };
    const note = `${well.replica}: its process is gone; ${well.replica}: no process`;
    expect(await look(healthy, accessTo(dead, { ...well, isRunning: null }, well))).toEqual({
      ok: true,
      value: 1,
      note,
    });
  });

  it("saw nothing when no replica is known or the look was ended from outside", async () => {
    expect(await look(healthy, accessTo())).toMatchObject({ ok: false });
    const silent = await replica(() => undefined);
    expect(await look(healthy, accessTo(silent), AbortSignal.abort())).toMatchObject({ ok: false });
  });
});

describe("http-json", () => {
  it("combines what each replica publishes", async () => {
    const access = accessTo(
      await replica(json({ counts: { records: 7 } })),
      await replica(json({ counts: { records: 5 } })),
    );
    const values = ["min", "max", "sum"].map(async (combine) => look({ ...records, combine }, access));
    expect(await Promise.all(values)).toEqual([5, 7, 12].map((value) => ({ ok: true, value })));
  });

  it("has no reading when a replica does not answer, answers late or has no number there", async () => {
    const well = await replica(json({ counts: { records: 7 } }));
    const others = [
      gone,
      await replica(() => undefined),
      await replica((_request, response) => response.writeHead(500).end()),
      await replica(json({ counts: { records: "many" } })),
      await replica((_request, response) => response.end("{")),
    ];
    for (const other of others) {
      const reading = await look(records, accessTo(well, other));
      expect(reading?.ok).toBe(false);
      expect(JSON.stringify(reading)).toContain(other.replica);
    }
  });

  it("says where a pointer ends that leads nowhere, and never what it found there", () => {
    const document = { a: { x: 1, y: "secret" }, list: [1, 2], text: "secret", empty: {}, big: Infinity };
    expect(whyNoNumber(document, "/a/b")).toBe("/a/b leads nowhere: in /a found keys x, y");
    expect(whyNoNumber(document, "/q/b")).toBe("/q/b leads nowhere: found keys a, list, text, empty, big");
    expect(whyNoNumber(document, "/text/b")).toBe("/text/b leads nowhere: /text is a text");
    expect(whyNoNumber(document, "/list/7")).toBe("/list/7 leads nowhere: /list is a list of 2");
    expect(whyNoNumber(document, "/empty/b")).toBe("/empty/b leads nowhere: in /empty no keys");
    expect(whyNoNumber(document, "/a/y")).toBe("no number at /a/y: it is a text");
    expect(whyNoNumber(document, "/big")).toBe("no number at /big: it is not finite");
    expect(whyNoNumber(null, "/a")).toBe("/a leads nowhere: the answer is null");
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key ${n}`, n]));
    expect(whyNoNumber(many, "/a")).toMatch(/key 7 and 42 more$/);
  });

  it("says what was answered instead of JSON", async () => {
    const reasons = await Promise.all(
      [
        await replica((_request, response) => response.end("<html>")),
        await replica((_request, response) => response.end()),
        await replica((_request, response) => response.writeHead(401).end()),
      ].map(async (other) => look(records, accessTo(other))),
    );
    expect(reasons.map((reading) => (reading?.ok === false ? reading.reason.replace(/^[^:]*: /, "") : ""))).toEqual([
      "answered 200 without JSON",
      "answered 200 without JSON",
      "answered 401",
    ]);
  });

  it("follows JSON pointers with escapes and through arrays, and leads nowhere else", () => {
    const document = { "a/b": [{ "m~n": 3 }], toString: 1 };
    expect(atPointer(document, "/a~1b/0/m~0n")).toBe(3);
    expect(atPointer(document, "")).toBe(document);
    expect(atPointer(document, "/a~1b/1")).toBeUndefined();
    expect(atPointer({}, "/constructor")).toBeUndefined();
  });
});

describe("self-retrieval", () => {
  const items = [0, 1, 2, 3].map((id) => ({ id: `p${id}`, vector: [id, id + 0.5] }));

  /** Answers searches right for all but the first `wrong` vectors. */
  const index =
    (wrong: number): RequestListener =>
    (request, response) => {
      if (request.url?.startsWith("/sample") === true) {
        const asked = new URL(request.url, "http://x").searchParams;
        return json({ items: items.slice(0, Number(asked.get("n"))) })(request, response);
      }
      let text = "";
      request.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      return request.on("end", () => {
        const { vectors } = JSON.parse(text) as { vectors: readonly [number, number][] };
        const results = vectors.map(([id]) => (id < wrong ? [] : [{ id: `p${id}`, score: 1 }]));
        json({ results })(request, response);
      });
    };

  it("counts what an engine gives back without numbers as lost, and judges the others all the same", async () => {
    const asked: number[] = [];
    const torn: RequestListener = (request, response) => {
      const given = [{ id: "p9", vector: [null, 1] }, { id: "p8", vector: [] }, ...items.slice(0, 2)];
      if (request.url?.startsWith("/sample") === true) return json({ items: given })(request, response);
      request.on("data", (chunk: Buffer) => {
        asked.push((JSON.parse(chunk.toString("utf8")) as { vectors: readonly unknown[] }).vectors.length);
      });
      return request.on("end", () => json({ results: [[{ id: "p0" }], [{ id: "p1" }]] })(request, response));
    };
    expect(await look(retrieval, accessTo(await replica(torn)))).toEqual({ ok: true, value: 0.5 });
    expect(asked).toEqual([2]);
    const empty = json({ items: [{ id: "p9", vector: [null] }] });
    expect(await look(retrieval, accessTo(await replica(empty)))).toEqual({ ok: true, value: 0 });
  });

  it("is the least share over the replicas of stored vectors that find themselves first", async () => {
    const [well, worn] = [await replica(index(0)), await replica(index(3))];
    expect(await look(retrieval, accessTo(well))).toEqual({ ok: true, value: 1 });
    expect(await look(retrieval, accessTo(well, worn))).toEqual({ ok: true, value: 0.25 });
  });

  it("asks nobody but the replica, also where its paths look like another host", async () => {
    const asked: (string | undefined)[] = [];
    const address = await replica((request, response) => {
      asked.push(request.url);
      return json({ items, results: items.map(({ id }) => [{ id }]) })(request, response);
    });
    await look({ ...retrieval, samplePath: "//127.0.0.2/a", searchPath: "//127.0.0.2/b" }, accessTo(address));
    expect(asked).toEqual([expect.stringContaining("//127.0.0.2/a?n="), "//127.0.0.2/b"]);
  });

  it("with hits counts a vector only where its answer has as many ids, each of them once", async () => {
    const asked: unknown[] = [];
    const answers = [["p0", "p1"], ["p1", "p1"], ["p2"], ["p1", "p3"]].map((ids) => ids.map((id) => ({ id })));
    const listener: RequestListener = (request, response) => {
      if (request.url?.startsWith("/sample") === true) return json({ items })(request, response);
      request.on("data", (chunk: Buffer) => asked.push((JSON.parse(chunk.toString("utf8")) as { k: unknown }).k));
      return request.on("end", () => json({ results: answers })(request, response));
    };
    const access = accessTo(await replica(listener));
    expect(await look({ ...retrieval, hits: 2 }, access)).toEqual({ ok: true, value: 0.25 });
    expect(await look(retrieval, access)).toEqual({ ok: true, value: 0.75 });
    expect(asked).toEqual([2, 1]);
  });

  it("has no reading when a replica does not answer or answers something else", async () => {
    const well = await replica(index(0));
    const odd = await replica(json({ items: [] }));
    for (const other of [gone, odd]) {
      expect(await look(retrieval, accessTo(well, other))).toMatchObject({ ok: false });
    }
  });
});

/** Answers with texts as they are: numbers beyond 2^53 have no other way. */
const texts =
  (answers: Readonly<Record<string, string>>): RequestListener =>
  (request, response) => {
    response.writeHead(200).end(answers[(request.url ?? "").split("?")[0] ?? ""]);
  };

describe("numbers beyond 2^53", () => {
  const items = (ids: readonly string[]): string =>
    `{"items":[${ids.map((id, index) => `{"id":${id},"vector":[${index},0.12345678901234568]}`).join(",")}]}`;
  const results = (ids: readonly string[]): string =>
    `{"results":[${ids.map((id) => `[{"id":${id},"score":1}]`).join(",")}]}`;
  const [a, b] = ["464004151041070705", "464004151041070706"] as const;

  it.each([
    ["every answer is the neighbour", [a, b], [b, a], 0],
    ["every answer is right", [a, b], [a, b], 1],
    ["one answer is the neighbour", [a, b], [a, a], 0.5],
    ["ids are texts in one place and numbers in the other", [`"${a}"`, b], [a, `"${b}"`], 1],
  ])("tells ids apart when %s", async (_, stored, answered, share) => {
    const one = await replica(texts({ "/sample": items(stored), "/search": results(answered) }));
    expect(await look(retrieval, accessTo(one))).toEqual({ ok: true, value: share });
  });

  it("says why there is no reading when the target itself rounds its ids", async () => {
    const one = await replica(
      texts({ "/sample": items(["464004151041070700", "464004151041070700"]), "/search": "{}" }),
    );
    const reading = await look(retrieval, accessTo(one));
    expect(reading).toMatchObject({
      ok: false,
      reason: expect.stringContaining("say that their id is 464004151041070700"),
    });
  });

  it.each([
    [
      "9007199254740993",
      { ok: false, reason: expect.stringContaining("9007199254740993 at /counts/records is beyond") },
    ],
    ["9007199254740991", { ok: true, value: 9_007_199_254_740_991 }],
    ["1152921504606846976", { ok: true, value: 2 ** 60 }],
    ["1e400", { ok: false, reason: expect.stringContaining("no number") }],
    ["0.1", { ok: true, value: 0.1 }],
  ])("a counter of %s is read as it is, or not at all", async (number, expected) => {
    const one = await replica(texts({ "/manifest": `{"counts":{"records":${number}}}` }));
    expect(await look(records, accessTo(one))).toEqual(
      expected.ok ? expected : { ok: false, reason: expect.stringContaining(one.replica) },
    );
    expect(await look(records, accessTo(one))).toMatchObject(expected);
  });

  it("a sum beyond 2^53 is no reading", async () => {
    const most = texts({ "/manifest": `{"counts":{"records":9007199254740991}}` });
    const reading = await look({ ...records, combine: "sum" }, accessTo(await replica(most), await replica(most)));
    expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining("cannot be told exactly") });
  });
});
