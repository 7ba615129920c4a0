// One ingestion to a folder: a second one does not start, and nothing of one that was killed is in the way.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { lockFolder } from "../../../../../targets/reference-ai-stack/ingestion/lock.ts";
import { openStand } from "./stand.ts";

/** Another process that holds the folder as an ingestion does, until it is killed. */
const HOLDER = `
  import { DatabaseSync } from "@photostructure/sqlite";
  const db = new DatabaseSync(process.argv[1]);
  db.exec("BEGIN EXCLUSIVE");
  console.log("held");
  setInterval(() => db.isOpen, 1000);
`;

function openFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "lock-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

it("lets no second ingestion work in a folder, and the next one once the first has ended", async () => {
  const { dir, again } = await openStand();
  const own = join(dir, "ingestion");
  expect(() => lockFolder(own, 0)).toThrow(`another ingestion works in ${own}; expected none`);
  again();
});

it("is in nobody's way when the process that held it was killed", async () => {
  const dir = openFolder();
  const given = ["--input-type=module", "-e", HOLDER, join(dir, "in-use.db")];
  const holder = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(() => lockFolder(dir, 0)).toThrow("another ingestion works in");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  lockFolder(dir, 0)();
});
