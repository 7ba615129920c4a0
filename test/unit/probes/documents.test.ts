import { serveForTest } from "../../support/serve-for-test.ts";
import { performance } from "node:perf_hooks";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { DocumentsSpec } from "../../../src/core/documents.ts";
import type { ReadBackEvent, WriteEvent } from "../../../src/records/timeline/documents.ts";
import { openDocuments } from "../../../src/probes/documents.ts";
import { offerNoted } from "../../../src/probes/offer-documents.ts";

const clock = { now: () => performance.now() };
const spec: DocumentsSpec = {
  everyMs: 20,
  timeoutMs: 400,
  write: {
    at: { url: "/write/{id}" },
    method: "POST",
    headers: {},
    body: { id: "{id}", nested: [{ text: "{text}" }] },
  },
  read: { at: { service: "store", path: "/read/{id}" } },
};

interface Stored {
  readonly id: string;
  readonly nested: readonly [{ readonly text: string }];
}

/** A store that keeps what it is sent, and answers as it is told to. */
async function store(
  answers: {
    write?: (n: number) => number | null | Promise<number | null>;
    read?: (n: number) => number | null;
  } = {},
) {
  const kept: Stored[] = [];
  let writes = 0;
  let reads = 0;
  const { url } = await serveForTest((request, response) => {
    const end = (status: number | null | undefined): void => {
      if (status === null) response.destroy();
      else response.writeHead(status ?? 200).end();
    };
    if (request.method === "GET") {
      reads += 1;
      const id = decodeURIComponent((request.url ?? "").replace("/read/", ""));
      end(answers.read === undefined ? (kept.some((one) => one.id === id) ? 200 : 404) : answers.read(reads));
      return;
    }
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      writes += 1;
      kept.push(JSON.parse(body) as Stored);
      void Promise.resolve(answers.write === undefined ? 201 : answers.write(writes)).then(end);
    });
  });
  return { kept, base: url };
}

/** Writes until so many were offered; then looks for them. */
async function writeAndRead(count: number, bases: readonly string[], seed = 1) {
  const desk = openDocuments(spec, {
    clock,
    seed,
    tag: "t1",
    urls: (place) => ("url" in place ? [`${bases[0]}${place.url}`] : bases.map((base) => base + place.path)),
  });
  const stop = new AbortController();
  const writes: WriteEvent[] = [];
  const looks: ReadBackEvent[] = [];
  await desk.write((event) => {
    if (event.kind === "write") writes.push(event);
    if (writes.length === count) stop.abort();
  }, stop.signal);
  await desk.readBack((event) => {
    if (event.kind === "read-back") looks.push(event);
  }, AbortSignal.timeout(5000));
  return { writes, looks };
}

/** A desk at one place, and a file for what it notes. */
async function noting(answers: Parameters<typeof store>[0] = {}) {
  const { kept, base } = await store(answers);
  const urls = (place: object): readonly string[] => ("url" in place ? [`${base}${String(place.url)}`] : []);
  const own = { ...spec, timeoutMs: 5_000, write: { ...spec.write, headers: { authorization: "Bearer a-long-key" } } };
  const namedHeaders = { authorization: "Bearer {env:DESK_KEY}" };
  const desk = openDocuments(own, { clock, seed: 1, tag: "t1", urls, namedHeaders });
  const dir = await mkdtemp(join(tmpdir(), "documents-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  return { kept, desk, file: join(dir, "undo", "notes") };
}

it("offers again, word for word, what was acknowledged while it was noted, and nothing else", async () => {
  // A key is put in where it is used; the note of the way has its name.
  vi.stubEnv("DESK_KEY", "a-long-key");
  onTestFinished(() => void vi.unstubAllEnvs());
  const live = AbortSignal.timeout(30_000);
  let during: ReturnType<typeof desk.offerAgain> | undefined;
  const write = async (n: number) => {
    // Those that are offered just then count as well.
    if (n === 2) await desk.noting.begin(file, Infinity);
    if (n === 6) during = desk.offerAgain(way, file, live);
    return n === 3 ? 503 : 201;
  };
  const { kept, desk, file } = await noting({ write });
  const way = desk.noting.wayBack();
  expect(JSON.stringify(way)).not.toContain("a-long-key");
  const over = `${file}-over`;
  await desk.noting.begin(over, Date.now() - 1);
  const stop = new AbortController();
  const seen: string[] = [];
  const writing = desk.write((event) => void seen.push(event.id), stop.signal);
  await vi.waitUntil(() => during !== undefined);
  expect(await during).toEqual({ offered: 4, acknowledged: 4 });
  const since = seen.length;
  await vi.waitUntil(() => seen.length > since + 1);
  stop.abort();
  await writing;
  const first = kept.splice(0);
  // A later process knows the same, and nothing of what came after.
  expect(await offerNoted(way, file, live)).toEqual({ offered: 4, acknowledged: 4 });
  const theirs = [2, 4, 5, 6].map((n) => first.find(({ id }) => id === `note-t1-${n}`));
  expect(kept.toSorted((one, other) => one.id.localeCompare(other.id))).toEqual(theirs);
  expect(await desk.offerAgain(way, over, live)).toEqual({ offered: 0, acknowledged: 0 });
  expect(await offerNoted(way, `${file}-that-is-not-there`, live)).toEqual({ offered: 0, acknowledged: 0 });
});

it("offers four again at once, and counts those that nobody answered any more as not acknowledged", async () => {
  const written = 6;
  const limit = new AbortController();
  let open = 0;
  // The fourth that is open lets the first three be answered, and nobody answers after that.
  let answer: (status: number) => void = () => undefined;
  const fourAreOpen = new Promise<number>((resolve) => (answer = resolve));
  const write = (n: number): number | Promise<number> => {
    if (n <= written) return 201;
    open += 1;
    if (open === 4) answer(201);
    return open > 3 ? new Promise<number>(() => undefined) : fourAreOpen;
  };
  const { desk, file } = await noting({ write });
  await desk.noting.begin(file, Infinity);
  const stop = new AbortController();
  let noted = 0;
  await desk.write(() => void ((noted += 1) === written && stop.abort()), stop.signal);
  const again = desk.offerAgain(desk.noting.wayBack(), file, limit.signal);
  await vi.waitUntil(() => open === written);
  limit.abort();
  expect(await again).toMatchObject({ offered: 6, acknowledged: 3 });
});

it("offers again until it is acknowledged what was refused at first, and names the refusal that stayed", async () => {
  let offers = 0;
  const { desk, file } = await noting({ write: () => ((offers += 1) === 2 ? 503 : 201) });
  const way = desk.noting.wayBack();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "1\n2\n3\n");
  expect(await offerNoted(way, file, AbortSignal.timeout(30_000))).toEqual({ offered: 3, acknowledged: 3 });
  expect(offers).toBe(4);
  const stop = new AbortController();
  let refused = 0;
  const write = (): number | Promise<number> => {
    refused += 1;
    if (refused < 5) return 507;
    stop.abort();
    return new Promise<number>(() => undefined);
  };
  const other = await noting({ write });
  await mkdir(dirname(other.file), { recursive: true });
  await writeFile(other.file, "1\n2\n");
  const again = offerNoted(other.desk.noting.wayBack(), other.file, stop.signal);
  expect(await again).toEqual({ offered: 2, acknowledged: 0, refusal: "answered 507" });
});

it("says that it cannot offer again what could not be noted", async () => {
  const { desk, file } = await noting();
  await desk.noting.begin(file, Infinity);
  await rm(dirname(file), { recursive: true });
  const stop = new AbortController();
  await desk.write(() => stop.abort(), stop.signal);
  const again = async () => desk.offerAgain(desk.noting.wayBack(), file, AbortSignal.timeout(5_000));
  await expect(again()).rejects.toThrow(/notes lacks documents: ENOENT/);
  await expect(again()).rejects.toThrow(/notes lacks documents: ENOENT/);
});

it("does not offer again from a note that broke, not the second time and not in a later process", async () => {
  const live = AbortSignal.timeout(30_000);
  const { desk, file, kept } = await noting();
  const way = desk.noting.wayBack();
  const stop = new AbortController();
  await desk.noting.begin(file, Infinity);
  // Nothing can be written there any more, as on a full disk, which a rename does not mind.
  await rm(file);
  await mkdir(file);
  let seen = 0;
  await desk.write(() => void ((seen += 1) === 3 && stop.abort()), stop.signal);
  kept.length = 0;
  await expect(desk.offerAgain(way, file, live)).rejects.toThrow(/notes lacks documents: EISDIR/);
  await expect(desk.offerAgain(way, file, live)).rejects.toThrow(/notes lacks documents: EISDIR/);
  expect(await readdir(dirname(file))).toEqual(["notes.broken"]);
  await expect(offerNoted(way, file, live)).rejects.toThrow("notes lacks documents: it could not be written");
  expect(kept).toEqual([]);
});

it.each([
  ["12\n13", "13"],
  ["12\n1a\n14\n", "1a"],
  ["12\n\n14\n", ""],
])("does not offer again from a note with a line that is not whole: %j", async (text, line) => {
  const { desk, file, kept } = await noting();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const again = offerNoted(desk.noting.wayBack(), file, AbortSignal.timeout(5_000));
  await expect(again).rejects.toThrow(`notes lacks documents: its line "${line}" is not whole`);
  expect(kept).toEqual([]);
});

describe("documents of our own", () => {
  it("are written with an id and a text of their own, and found again", async () => {
    const { kept, base } = await store();
    const { writes, looks } = await writeAndRead(4, [base]);
    expect(writes.map(({ id, ok }) => [id, ok])).toEqual([1, 2, 3, 4].map((n) => [`note-t1-${n}`, true]));
    expect(kept.map(({ id }) => id)).toEqual(writes.map(({ id }) => id));
    expect(new Set(kept.map(({ nested }) => nested[0].text)).size).toBe(4);
    expect(looks.map(({ id, found }) => [id, found])).toEqual(writes.map(({ id }) => [id, true]));
    for (const { from, at } of [...writes, ...looks]) expect(at).toBeGreaterThanOrEqual(from);
  });

  it("are the same for the same seed, and others for another", async () => {
    const textsOf = async (seed: number) => {
      const { kept, base } = await store();
      await writeAndRead(2, [base], seed);
      return kept.map(({ nested }) => nested[0].text);
    };
    const [one, again, other] = [await textsOf(1), await textsOf(1), await textsOf(2)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("are looked for only when they were acknowledged: a refusal, a broken connection and a redirect are none", async () => {
    const { base } = await store({ write: (n) => (n === 2 ? null : n === 1 ? 503 : n === 3 ? 302 : 201) });
    const { writes, looks } = await writeAndRead(4, [base]);
    expect(writes.map(({ ok }) => ok)).toEqual([false, false, false, true]);
    expect(writes[0]?.reason).toBe("answered 503");
    expect(writes[2]?.reason).toBe("answered 302");
    expect(looks.map(({ id }) => id)).toEqual(["note-t1-4"]);
  });

  it("are gone when one replica does not find them, and not seen when one does not answer", async () => {
    const [whole, empty] = [await store(), await store()];
    const gone = await writeAndRead(1, [whole.base, empty.base]);
    expect(gone.looks[0]).toMatchObject({ found: false, reason: `not found at ${new URL(empty.base).host}` });
    const mute = await store({ read: () => null });
    expect((await writeAndRead(1, [(await store()).base, mute.base])).looks[0]?.found).toBeNull();
    const odd = await store({ read: () => 500 });
    const [look] = (await writeAndRead(1, [(await store()).base, odd.base])).looks;
    expect(look).toMatchObject({ found: null, reason: "answered 500" });
  });

  it("are written down as not seen when there is no time left to look for them", async () => {
    const { base } = await store();
    const urls = (place: { url: string } | { path: string }) => [base + ("url" in place ? place.url : place.path)];
    const desk = openDocuments(spec, { clock, seed: 1, tag: "t1", urls });
    const stop = new AbortController();
    await desk.write(() => stop.abort(), stop.signal);
    const looks: (WriteEvent | ReadBackEvent)[] = [];
    await desk.readBack((event) => looks.push(event), AbortSignal.abort());
    expect(looks).toMatchObject([{ kind: "read-back", id: "note-t1-1", found: null }]);
  });
});
