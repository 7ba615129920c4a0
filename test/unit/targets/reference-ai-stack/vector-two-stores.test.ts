// Two replicas take the same documents at moments, and in orders, of their own: what each says of its records is held
// against what the other says of the same documents.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { indexDetector } from "../../../../targets/reference-ai-stack/healer/detection/index-detector.ts";
import { readManifest as readManifestView } from "../../../../targets/reference-ai-stack/healer/telemetry/read-answer.ts";
import { openDigests } from "../../../../targets/reference-ai-stack/vector/digest.ts";
import { filesIn } from "../../../../targets/reference-ai-stack/vector/layout.ts";
import { openReplica, type VectorReplica } from "../../../../targets/reference-ai-stack/vector/replica.ts";
import { buildIndexFolder } from "../../../../targets/reference-ai-stack/vector/snapshot.ts";

const ROWS = 20;
const about = { source: "s", batch: "b", schema: 1, model: "m", tags: [] };
let dir: string;
let replicas: readonly VectorReplica[];
let state: typeof indexDetector.initial;

const recordOf = (n: number, text = `says ${n}`) => ({ id: `r${n}`, title: "", text, vector: vectorOf(n) });

/** Every number its own direction. */
function vectorOf(n: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, i) => Math.sin((n + 1) * (i + 1)));
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "two-stores-"));
  const opened = ["vector-1", "vector-2"].map(async (name) => {
    const files = filesIn(join(dir, name));
    const rows = Array.from({ length: ROWS }, (_, n) => recordOf(n));
    await buildIndexFolder(files, "corpus", rows);
    return openReplica(files);
  });
  replicas = await Promise.all(opened);
  state = indexDetector.initial;
});
afterEach(async () => {
  await Promise.all(replicas.map((one) => one.close()));
  await rm(dir, { recursive: true, force: true });
});

/** The healer's look at both, of now: names of the signals after it, and whether they say the same of themselves. */
async function look(n: number) {
  const said = await Promise.all(
    replicas.map(async ({ records, vectorOf: held }) => openDigests({ records, vectorOf: held }).look()),
  );
  for (const [at, digests] of said.entries()) {
    const manifest = readManifestView({ indexHash: "a", manifestHash: "a", rows: 1, digests: { ...digests, look: n } });
    if (manifest === null) throw new Error("not read");
    const scope = { service: "vector", replica: `vector-${at + 1}` };
    state = indexDetector.take(state, { kind: "manifest", scope, manifest, at: n });
  }
  const isEqual = said[0]?.records === said[1]?.records && said[0]?.documents === said[1]?.documents;
  return { signals: indexDetector.signals(state).map(({ name }) => name), isEqual };
}

it("says nothing while documents arrive in another order, and both are equal once all are there", async () => {
  const [one, other] = replicas;
  const orders = [
    [20, 21, 22, 23],
    [22, 20, 23, 21],
  ] as const;
  const equal: boolean[] = [];
  for (let n = 0; n < 4; n += 1) {
    one?.add(recordOf(orders[0][n] ?? 0));
    equal.push((await look(2 * n + 1)).isEqual);
    other?.add(recordOf(orders[1][n] ?? 0));
    const { signals, isEqual } = await look(2 * n + 2);
    expect(signals).toEqual([]);
    equal.push(isEqual);
  }
  expect(equal).toEqual([false, false, false, false, false, false, false, true]);
});

it("says nothing of an update or a delete that has come to one of them, and both are equal once it came to the other", async () => {
  const [one, other] = replicas;
  const newer = { document: "r3", version: 2, ...about, passages: [recordOf(3, "says more")] };
  const gone = { document: "r4", version: 2, ...about, passages: [] };
  one?.write(newer);
  one?.write(gone);
  for (const n of [1, 2, 3]) expect(await look(n)).toEqual({ signals: [], isEqual: false });
  other?.write(gone);
  other?.write(newer);
  expect(await look(4)).toEqual({ signals: [], isEqual: true });
});

it("tells when one of them holds another text of the same version, though each index is what its records are", async () => {
  const write = { document: "r3", version: 2, ...about };
  for (const [at, one] of replicas.entries()) one.write({ ...write, passages: [recordOf(3, `as told to ${at}`)] });
  expect(await look(1)).toEqual({ signals: [], isEqual: false });
  expect(await look(2)).toEqual({ signals: ["records-apart"], isEqual: false });
  // A newer version of it puts both right.
  for (const one of replicas) one.write({ ...write, version: 3, passages: [recordOf(3)] });
  expect(await look(3)).toEqual({ signals: [], isEqual: true });
});
