import { freePort } from "../support/free-port.ts";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ChildSpec } from "../../targets/reference-ai-stack/supervisor/child.ts";
import { createFleet, type Fleet } from "../../targets/reference-ai-stack/supervisor/fleet.ts";

/** A child that answers its health, notes when it was started, and does not mind SIGTERM when it is told so. */
const CHILD = `
import { createServer } from "node:http";
import { appendFileSync } from "node:fs";
if (process.env.STUBBORN === "yes") process.on("SIGTERM", () => undefined);
appendFileSync(process.env.DIARY, process.env.NAME + "\\n");
createServer((_, response) => response.end("well")).listen(Number(process.env.PORT), "127.0.0.1");
`;

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let dir: string;
let fleet: Fleet;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fleet-"));
  await writeFile(join(dir, "child.mjs"), CHILD);
  const first = await spec("first", []);
  fleet = createFleet([first, await spec("second", ["first"])], log);
});
afterEach(async () => {
  await fleet.end();
  await rm(dir, { recursive: true, force: true });
});

async function spec(name: string, after: string[], extra: Record<string, string> = {}): Promise<ChildSpec> {
  const port = await freePort();
  return {
    replica: name,
    service: name,
    port,
    after,
    entry: join(dir, "child.mjs"),
    environment: () => ({ NAME: name, PORT: String(port), DIARY: join(dir, "diary"), ...extra }),
    logFile: join(dir, `${name}.log`),
  };
}

const pid = (name: string): number | null => fleet.child(name)?.pid() ?? null;

it("starts children in order of dependency and knows who has not answered yet", async () => {
  expect(fleet.missing()).toEqual(["first", "second"]);
  await fleet.boot();
  expect(fleet.missing()).toEqual([]);
  expect(await readFile(join(dir, "diary"), "utf8")).toBe("first\nsecond\n");
});

it("notes a death and repairs nothing", async () => {
  await fleet.boot();
  const before = pid("first") ?? 0;
  process.kill(before, "SIGKILL");
  await expect.poll(() => pid("first")).toBeNull();
  expect(await fleet.child("first")?.becomesHealthy(300)).toBe(false);
  expect(await readFile(join(dir, "diary"), "utf8")).toBe("first\nsecond\n");
});

it("starts a dead replica when told to, and leaves a running one alone", async () => {
  await fleet.boot();
  const running = pid("first") ?? 0;
  expect(await fleet.child("first")?.start()).toEqual({ started: false, pid: running });
  process.kill(running, "SIGKILL");
  await expect.poll(() => pid("first")).toBeNull();
  expect(await fleet.child("first")?.start()).toMatchObject({ started: true });
  expect(await fleet.child("first")?.becomesHealthy(5000)).toBe(true);
});

it("restarts even a child that does not mind SIGTERM, on its old port", async () => {
  const stubborn = createFleet([await spec("stubborn", [], { STUBBORN: "yes" })], log);
  try {
    await stubborn.boot();
    const before = stubborn.child("stubborn")?.pid() ?? 0;
    const after = await stubborn.restart("stubborn");
    expect(after).not.toBe(before);
    expect(() => process.kill(before, 0)).toThrow("ESRCH");
    expect(await stubborn.child("stubborn")?.becomesHealthy(1000)).toBe(true);
  } finally {
    await stubborn.end();
  }
});

it("does one thing at a time to a replica", async () => {
  await fleet.boot();
  const [one, two] = await Promise.all([fleet.restart("first"), fleet.restart("first")]);
  expect(two).not.toBe(one);
  expect(pid("first")).toBe(two);
});

it("ends everyone and starts nobody afterwards", async () => {
  await fleet.boot();
  const pids = [pid("first") ?? 0, pid("second") ?? 0];
  await fleet.end();
  for (const one of pids) expect(() => process.kill(one, 0)).toThrow("ESRCH");
  await expect(fleet.restart("first")).rejects.toThrow("being ended");
  expect(pid("first")).toBeNull();
});
