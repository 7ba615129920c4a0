// The embedder's model in a folder of its own: what is installed, what is refused, and what is answered while another
// one is loaded.
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { MODEL_ID } from "../../../../../targets/reference-ai-stack/embedder/cache.ts";
import { holdModel } from "../../../../../targets/reference-ai-stack/embedder/held-model.ts";
import {
  ensureInstalled,
  installRelease,
  LAST_LAYER,
  modelFolder,
  modelManifestFile,
  readInstalled,
  releasedManifest,
  releaseFolder,
} from "../../../../../targets/reference-ai-stack/embedder/model-files.ts";
import { loadEmbedder } from "../../../../../targets/reference-ai-stack/embedder/model.ts";
import { restoreModel } from "../../../../../targets/reference-ai-stack/supervisor/restore-model.ts";

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "installed-model-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

async function installed(): Promise<{ data: string; folder: string; layer: string }> {
  const data = dataDir();
  const folder = modelFolder(data, "embedder");
  await ensureInstalled(folder);
  return { data, folder, layer: join(folder, LAST_LAYER.file) };
}

/** Other weights, with or without a manifest that fits. */
function replaceWeights({ folder, layer }: { folder: string; layer: string }, fits: boolean): void {
  const bytes = readFileSync(layer);
  const before = createHash("sha256").update(bytes).digest("hex");
  bytes.fill(0, LAST_LAYER.offset, LAST_LAYER.offset + LAST_LAYER.rowBytes * LAST_LAYER.rows);
  writeFileSync(layer, bytes);
  const after = createHash("sha256").update(bytes).digest("hex");
  const manifest = readFileSync(modelManifestFile(folder), "utf8");
  if (fits) writeFileSync(modelManifestFile(folder), manifest.replace(before, after));
}

it("installs the release where nothing is, and names it like the package's model", async () => {
  const { folder } = await installed();
  expect(readdirSync(folder).sort()).toEqual([...Object.keys(releasedManifest().files), "manifest.json"].sort());
  expect(await readInstalled(folder)).toEqual({ name: MODEL_ID });
});

it("has the last layer where the model's own list of weights has it", () => {
  interface Weights {
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  }
  const text = readFileSync(join(releaseFolder(), "model.json"), "utf8");
  const [group] = (JSON.parse(text) as { weightsManifest: readonly Weights[] }).weightsManifest;
  let at = 0;
  for (const { name, shape } of group?.weights ?? []) {
    if (name.endsWith("hidden_layers/tanh_layer_0/weights")) break;
    // All are of four bytes a number.
    at += 4 * shape.reduce((product, length) => product * length, 1);
  }
  // Each file before the last has 4 MiB.
  expect(at).toBe(6 * 4_194_304 + LAST_LAYER.offset);
});

it("embeds out of the folder as out of the package, and all texts as one by a last layer of zeros", async () => {
  const one = await installed();
  const texts = ["How do I watch a file for changes?", "What does an event emitter do?"];
  const [packaged, own] = await Promise.all([loadEmbedder(), loadEmbedder(one.folder)]);
  const [wanted, found] = [await packaged.embed(texts), await own.embed(texts)];
  expect(found).toEqual(wanted);
  expect(found[0]?.vector).not.toEqual(found[1]?.vector);
  replaceWeights(one, true);
  const collapsed = await (await loadEmbedder(one.folder)).embed(texts);
  expect(collapsed[0]?.vector).toEqual(collapsed[1]?.vector);
  expect(Math.hypot(...(collapsed[0]?.vector ?? []))).toBeCloseTo(1);
});

it("refuses files that are not what their manifest says, and gives another model with a manifest that fits a name of its own", async () => {
  const torn = await installed();
  replaceWeights(torn, false);
  await expect(readInstalled(torn.folder)).rejects.toThrow(
    /group1-shard7of7 has the hash \w+…, expected a29a5e08ee3a…/,
  );
  const other = await installed();
  replaceWeights(other, true);
  expect((await readInstalled(other.folder)).name).toMatch(new RegExp(`^${MODEL_ID}@[0-9a-f]{16}$`));
  writeFileSync(modelManifestFile(other.folder), "no manifest");
  await expect(readInstalled(other.folder)).rejects.toThrow("the model's manifest is not whole");
});

it("refuses a manifest that leaves out a file, or has vectors of another length", async () => {
  const { folder } = await installed();
  const manifest = releasedManifest();
  const write = (more: object): void =>
    writeFileSync(modelManifestFile(folder), JSON.stringify({ ...manifest, ...more }));
  write({ files: {} });
  await expect(readInstalled(folder)).rejects.toThrow(
    "the model's manifest names no file; expected group1-shard1of7, ",
  );
  const { "vocab.json": _, ...others } = manifest.files;
  write({ files: others });
  await expect(readInstalled(folder)).rejects.toThrow(/names group1-shard1of7, .*model\.json; expected .*vocab\.json/);
  write({ dimension: 511 });
  await expect(readInstalled(folder)).rejects.toThrow(/is not whole: [^]*512/);
});

it("gives a name of its own to the same files under another model's", async () => {
  const { folder } = await installed();
  writeFileSync(modelManifestFile(folder), JSON.stringify({ ...releasedManifest(), model: "another-model" }));
  expect((await readInstalled(folder)).name).toMatch(/^another-model@[0-9a-f]{16}$/);
});

it("names what it loads by what lies there then, and not by what lay there when its name was asked for", async () => {
  const one = await installed();
  const held = holdModel(one.folder, async () => ({ embed: async () => [], end: async () => undefined }));
  expect(await held.name()).toBe(MODEL_ID);
  replaceWeights(one, true);
  const { name } = await readInstalled(one.folder);
  expect((await held.loaded()).name).toBe(name);
  expect(await held.name()).toBe(name);
});

it("loads nothing that was torn since its name was asked for, and has a name again once its files are right", async () => {
  const one = await installed();
  const held = holdModel(one.folder, async () => ({ embed: async () => [], end: async () => undefined }));
  replaceWeights(one, false);
  await expect(held.name()).rejects.toThrow("has the hash");
  await installRelease(one.folder);
  expect(await held.name()).toBe(MODEL_ID);
  replaceWeights(one, false);
  await expect(held.loaded()).rejects.toThrow("has the hash");
  expect(held.state()).toBe("failed");
});

it("puts the release back in place of another model, and nothing of a copy that is not what was released", async () => {
  const one = await installed();
  replaceWeights(one, true);
  const { name } = await readInstalled(one.folder);
  const bad = join(one.data, "bad-copy");
  cpSync(releaseFolder(), bad, { recursive: true });
  writeFileSync(join(bad, "vocab.json"), "[]");
  const child = { spec: { replica: "embedder", port: 9 } as never, pid: () => null };
  expect(await restoreModel(child, { dataDir: one.data }, "t0ken", bad)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("vocab.json has the hash"),
  });
  expect(await readInstalled(one.folder)).toEqual({ name });
  expect(await restoreModel(child, { dataDir: one.data }, "t0ken")).toEqual({ ok: true, reloaded: false });
  expect(await readInstalled(one.folder)).toEqual({ name: MODEL_ID });
  expect(readdirSync(join(one.data, "embedder"))).toEqual(["model"]);
});

it("installs again after an end between the two renames", async () => {
  const { folder, data } = await installed();
  await installRelease(folder);
  rmSync(folder, { recursive: true });
  await ensureInstalled(folder);
  expect(await readInstalled(folder)).toEqual({ name: MODEL_ID });
  expect(readdirSync(join(data, "embedder"))).toEqual(["model"]);
});

it("answers by the model before as long as the new one does not load, ends it once it does, and keeps their vectors apart", async () => {
  const one = await installed();
  const ended: number[] = [];
  let started = 0;
  let breaks = false;
  const held = holdModel(one.folder, async () => {
    if (breaks) throw new Error("no such layer");
    const mine = (started += 1);
    const vector = new Float32Array([mine]);
    return {
      embed: async (texts) => texts.map(() => ({ vector, tokens: 1 })),
      end: async () => void ended.push(mine),
    };
  });
  const embeds = async () => (await (await held.loaded()).embed(["a"]))[0]?.vector[0];
  expect([await held.name(), await embeds()]).toEqual([MODEL_ID, 1]);
  replaceWeights(one, false);
  expect(await held.reload()).toContain("has the hash");
  await installRelease(one.folder);
  replaceWeights(one, true);
  breaks = true;
  expect(await held.reload()).toBe("no such layer");
  expect([await held.name(), await embeds(), ended]).toEqual([MODEL_ID, 1, []]);
  breaks = false;
  expect(await held.reload()).toBeUndefined();
  expect(await held.name()).toContain("@");
  expect([await embeds(), ended]).toEqual([2, [1]]);
});

it("reloads nothing that it reads out of its package", async () => {
  const held = holdModel(undefined, async () => ({ embed: async () => [], end: async () => undefined }));
  expect(await held.reload()).toBe("its model is read out of its package");
  expect(await held.name()).toBe(MODEL_ID);
});
