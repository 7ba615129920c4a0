// What a run keeps of itself before its first trial, and how it is read when not all of it is whole.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { readBegun, writeBegun } from "../../../src/store/begun.ts";
import { createRunFolder } from "../../../src/store/run-folder.ts";
import { begunSchema, keptIntentSchema, type Begun, type KeptIntent } from "../../../src/records/begun.ts";

/** JSON Schemas (draft 2020-12) of both; `src/store/begun.schema.json` is this, written down. */
function begunJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $id: "https://rebound.invalid/begun.schema.json",
    title: "Rebound begun.json, and in $defs the files below intents/",
    ...z.toJSONSchema(begunSchema),
    $defs: { intent: z.toJSONSchema(keptIntentSchema) },
  };
}

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "rebound-begun-"));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const begun: Begun = {
  schemaVersion: 1,
  runId: "r1",
  suite: "smoke",
  startedAt: "2026-11-28T00:00:00.000Z",
  seed: 3,
  planned: 2,
  machine: { cores: 2, memoryBytes: 4, node: "22", platform: "linux x64" },
  harness: { version: "0.1.0" },
  intents: ["process/replica-kill", "control/calm"],
};
const intent = (id: string): KeptIntent => ({
  schemaVersion: 1,
  id,
  title: "A title",
  belief: "It holds.",
  target: "echo",
  arms: ["treatment", "ablation"],
  file: `experiments/${id}.yaml`,
  source: 'title: A title\n# ü, \u2028 and "quotes"\n',
});

test("a run and each of its intents are read as they were written", async () => {
  const run = await createRunFolder(out, "r1");
  const intents = [intent("control/calm"), intent("process/replica-kill")];
  await writeBegun(run, begun, intents);
  expect(await readBegun(run.dir)).toEqual({ begun, intents, unread: [] });
  // Again, once more is known.
  const more = { ...begun, machine: { ...begun.machine, platform: "linux x64, a guest" } };
  await writeBegun(run, more, intents);
  expect((await readBegun(run.dir)).begun).toEqual(more);
});

test("a run of an earlier version kept nothing, which is no trouble", async () => {
  const run = await createRunFolder(out, "r1");
  expect(await readBegun(run.dir)).toEqual({ intents: [], unread: [] });
  expect(await readBegun(join(out, "gone"))).toEqual({ intents: [], unread: [] });
});

test("a file that is not whole, or not ours, is named, and the others are read", async () => {
  const run = await createRunFolder(out, "r1");
  await writeBegun(run, begun, [intent("control/calm"), intent("process/replica-kill")]);
  await writeFile(join(run.dir, "begun.json"), '{"schemaVersion":1,"runId":"r1"');
  await writeFile(join(run.dir, "intents/control/calm.json"), '{"schemaVersion":2}');
  await mkdir(join(run.dir, "intents/folder.json"));
  const kept = await readBegun(run.dir);
  expect(kept.begun).toBeUndefined();
  expect(kept.intents).toEqual([intent("process/replica-kill")]);
  expect(kept.unread).toHaveLength(2);
  expect(kept.unread[0]).toMatch(/^begun\.json: /);
  expect(kept.unread[1]).toMatch(/^intents\/control\/calm\.json: schemaVersion: /);
});

test("without room for it nothing has begun", async () => {
  const run = await createRunFolder(out, "r1");
  await writeFile(join(run.dir, "intents"), "");
  await expect(writeBegun(run, begun, [intent("control/calm")])).rejects.toMatchObject({ code: "environment" });
});

test("the published JSON Schema is the one the code generates (regenerate: npm run generate)", async () => {
  await expect(`${JSON.stringify(begunJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../../../src/store/begun.schema.json",
  );
});
