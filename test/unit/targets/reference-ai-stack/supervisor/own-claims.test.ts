// What the supervisor says while there is no healer, and once there is one again: one feed, and one chain of records.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readStackConfig } from "../../../../../targets/reference-ai-stack/config.ts";
import { verifyAudit } from "../../../../../targets/reference-ai-stack/healer/governance/audit-chain.ts";
import { auditFileIn, openAudit } from "../../../../../targets/reference-ai-stack/healer/governance/audit-file.ts";
import type { Child } from "../../../../../targets/reference-ai-stack/supervisor/child.ts";
import { openAuditDoor } from "../../../../../targets/reference-ai-stack/supervisor/audit-door.ts";
import { openOwnClaims } from "../../../../../targets/reference-ai-stack/supervisor/own-claims.ts";
import type { LineageEntry } from "../../../../../targets/reference-ai-stack/supervisor/lineage.ts";
import type { SupervisorEvent } from "../../../../../targets/reference-ai-stack/supervisor/restart-healer.ts";
import { freePort } from "../../../../support/free-port.ts";
import { serveForTest } from "../../../../support/serve-for-test.ts";
import { SECRETS } from "../../../../builders/stack-secrets.ts";

let dataDir = "";
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), "own-claims-"))));
afterEach(() => rmSync(dataDir, { recursive: true }));

const parts = { wallTime: () => "2030-01-01T00:00:00.000Z", onTrouble: () => undefined };
const about = (type: SupervisorEvent["type"], incident = "inc-1"): SupervisorEvent => ({
  incident,
  scope: { service: "healer", replica: "healer" },
  type,
  detail: { reasons: [`${type} of this test`] },
});

async function createSupervisor(healerPort?: number) {
  const healer = { pid: null as number | null };
  const published: { id: string; source: string; data: unknown }[] = [];
  const givenUp: unknown[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_says: string, fields?: { record?: unknown }) => void (fields?.record && givenUp.push(fields.record)),
  };
  const { record: audit, end } = openAuditDoor({
    fleet: {
      child: () => ({ whileStill: async (work) => (healer.pid === null ? work() : undefined) }) as Child,
    },
    config: readStackConfig({ STACK_DATA_DIR: dataDir, HEALER_PORT: String(healerPort ?? (await freePort())) }),
    secrets: SECRETS,
    log,
  });
  const noted: LineageEntry[] = [];
  const lineage = { note: async (entry: LineageEntry): Promise<void> => void noted.push(entry) };
  const say = openOwnClaims({ feed: { publish: (event) => void published.push(event) }, log, audit, lineage });
  return { healer, published, say, noted, end, givenUp };
}

async function writeAsHealer(...whats: string[]): Promise<void> {
  const audit = await openAudit(auditFileIn(dataDir), parts);
  for (const what of whats) await audit.record({ principal: "healer", what });
  await audit.close();
}

it("goes on with the healer's chain while no healer runs, and the next healer goes on with it", async () => {
  await writeAsHealer("started", "detected");
  const { say, published } = await createSupervisor();
  await say(about("detected"));
  await say(about("action.started"));
  await writeAsHealer("started");
  expect(verifyAudit(auditFileIn(dataDir))).toMatchObject({ ok: true, records: 5, events: ["inc-1/1", "inc-1/2"] });
  expect(published.map(({ id, source }) => `${source} ${id}`)).toEqual([
    "/reference-ai-stack/supervisor inc-1/1",
    "/reference-ai-stack/supervisor inc-1/2",
  ]);
  expect(published[0]?.data).toMatchObject({ incident: "inc-1", actor: "supervisor" });
});

it("hands its records to a healer that runs, again and again until it takes them", async () => {
  const taken: string[] = [];
  let refusals = 2;
  const server = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      if (refusals > 0) {
        refusals -= 1;
        response.writeHead(503).end();
        return;
      }
      taken.push(`${request.headers.authorization} ${request.url} ${(JSON.parse(body) as { what: string }).what}`);
      response.writeHead(200).end("{}");
    });
  });
  const { say, healer } = await createSupervisor(server.port);
  healer.pid = 7;
  await say(about("verified"));
  await say(about("closed"));
  expect(taken).toEqual(["Bearer healer-door /audit verified", "Bearer healer-door /audit closed"]);
});

it("writes itself what a healer that has died again did not take", async () => {
  const { say, healer } = await createSupervisor();
  healer.pid = 7;
  const saying = say(about("verified"));
  healer.pid = null;
  await saying;
  expect(verifyAudit(auditFileIn(dataDir))).toMatchObject({ ok: true, events: ["inc-1/1"] });
});

it("writes its own remedy into the lineage, and nothing that it only says", async () => {
  const { say, noted } = await createSupervisor();
  for (const type of ["detected", "action.started", "action.finished", "closed"] as const) await say(about(type));
  expect(noted).toMatchObject([{ principal: "supervisor", incident: "inc-1", replica: "healer" }]);
});

it("keeps what a disk refuses, holds nobody up for long, and writes it in its order when the disk is well", async () => {
  // A file where the folder should be.
  writeFileSync(join(dataDir, "healer"), "");
  const { say, published, givenUp, end } = await createSupervisor();
  const types = ["detected", "classified", "decided", "action.started", "action.finished"] as const;
  for (const type of types) await say(about(type));
  expect(published).toHaveLength(5);
  rmSync(join(dataDir, "healer"));
  await expect.poll(() => writtenEvents()).toEqual([1, 2, 3, 4, 5].map((number) => `inc-1/${number}`));
  await end();
  expect(givenUp).toEqual([]);
});

it("writes at the stack's end what still waits, and logs what even then is refused", async () => {
  const { say, healer, end, givenUp } = await createSupervisor();
  healer.pid = 7;
  await say(about("detected"));
  await end();
  expect(writtenEvents()).toEqual(["inc-1/1"]);
  const other = await createSupervisor();
  rmSync(join(dataDir, "healer"), { recursive: true });
  writeFileSync(join(dataDir, "healer"), "");
  await other.say(about("detected"));
  await other.end();
  expect([givenUp.length, other.givenUp.length]).toEqual([0, 1]);
});

it("does not let a record that the healer will never take hold up those behind it", async () => {
  const taken: string[] = [];
  const server = await serveForTest((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const { what } = JSON.parse(body) as { what: string };
      if (what !== "detected") taken.push(what);
      response.writeHead(what === "detected" ? 400 : 200).end("{}");
    });
  });
  const { say, healer, givenUp } = await createSupervisor(server.port);
  healer.pid = 7;
  await say(about("detected"));
  await say(about("classified"));
  expect(taken).toEqual(["classified"]);
  expect(givenUp).toHaveLength(1);
});

function writtenEvents(): readonly unknown[] {
  const file = auditFileIn(dataDir);
  if (!existsSync(file)) return [];
  const read = verifyAudit(file);
  return read.ok ? read.events : [];
}
