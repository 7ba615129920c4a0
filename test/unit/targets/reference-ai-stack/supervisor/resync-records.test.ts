// What a supervisor leaves behind whose maker is ended half-way: nothing that anybody could take.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { resyncRecords } from "../../../../../targets/reference-ai-stack/supervisor/resync-records.ts";

it("removes what a maker has half laid that was ended, and leaves what the replica is taking", async () => {
  const dir = await mkdtemp(join(tmpdir(), "resync-records-"));
  onTestFinished(async () => rm(dir, { recursive: true, force: true }));
  const config = { ...readStackConfig({}), dataDir: dir };
  for (const replica of ["vector-1", "vector-2"]) await mkdir(join(dir, replica));
  for (const name of ["missing-a.draft", "missing-b.taking"])
    await writeFile(join(dir, "vector-1", `records.db.${name}`), "");
  // Its entry is not built beside this source, so the maker ends without a word.
  const child = { spec: { replica: "vector-1", service: "vector", port: 9 }, pid: () => 1 } as never;
  const how = { config, secrets: { reloadToken: "reload" }, makers: { add: () => undefined } };
  const answer = await resyncRecords({ child, source: "vector-2", peers: ["vector-2"] }, how);
  expect(answer).toMatchObject({ ok: false, status: 500 });
  expect(await readdir(join(dir, "vector-1"))).toEqual(["records.db.missing-b.taking"]);
});
