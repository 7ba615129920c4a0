// The reference stack with its healer killed while it heals: the supervisor starts it again, it goes on with its case,
// and the replica is restarted once. What stands between the steps is killed by the table in
// test/contract/step-boundaries.test.ts; here it is the real stack, killed from outside.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { checkAudit } from "../../src/probes/audit.ts";
import type { AuditRecord } from "../../src/records/audit.ts";
import { noRestate, startRestate } from "../support/restate-server.ts";
import { freePort } from "../support/free-port.ts";
import { portVariable, projectRoot, REPLICA_IDS } from "../../targets/reference-ai-stack/config.ts";

interface Claim {
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly scope: { readonly replica?: string }; readonly actor: string };
}

interface Stack {
  readonly process: ChildProcess;
  readonly dir: string;
  readonly base: string;
  /** Every claim since the feed was opened. */
  readonly claims: Claim[];
}

let stack: Stack | undefined;

afterEach(async () => {
  if (stack === undefined) return;
  if (stack.process.exitCode === null) {
    stack.process.kill("SIGTERM");
    await once(stack.process, "exit");
  }
  rmSync(stack.dir, { recursive: true, force: true });
  stack = undefined;
});

async function start(setting: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), "healer-killed-"));
  const env: Record<string, string | undefined> = { ...process.env, ...setting, STACK_DATA_DIR: dir };
  let supervisorPort = 0;
  for (const replica of ["supervisor", ...REPLICA_IDS] as const) {
    const port = await freePort();
    if (replica === "supervisor") supervisorPort = port;
    env[portVariable(replica)] = String(port);
  }
  const main = join(projectRoot(), "dist/targets/reference-ai-stack/supervisor/main.js");
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.pipe(createWriteStream(join(dir, "supervisor.log")));
  const base = `http://127.0.0.1:${supervisorPort}`;
  const isReady = async (): Promise<boolean> =>
    fetch(`${base}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await vi.waitFor(async () => expect(await isReady()).toBe(true), { timeout: 90_000, interval: 50 });
  const claims: Claim[] = [];
  void listen(`${base}/events`, (claim) => claims.push(claim));
  return { process: child, dir, base, claims };
}

async function listen(url: string, heard: (claim: Claim) => void): Promise<void> {
  const answer = await fetch(url);
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of answer.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) if (event.startsWith("data: ")) heard(JSON.parse(event.slice(6)) as Claim);
    }
  } catch {
    // The stack was ended.
  }
}

async function pidOf({ base }: Stack, replica: string): Promise<number | null> {
  const { replicas } = (await (await fetch(`${base}/inventory`)).json()) as {
    replicas: { replica: string; pid: number | null }[];
  };
  return replicas.find((one) => one.replica === replica)?.pid ?? null;
}

function about({ claims }: Stack, replica: string): string[] {
  return claims
    .filter(({ data }) => data.scope.replica === replica)
    .map(({ type }) => type.replace("healing.incident.", ""));
}

/** How often the supervisor has carried this operation out. */
function carriedOut({ dir }: Stack, operation: string): number {
  const lines = readFileSync(join(dir, "supervisor.log"), "utf8").split("\n");
  return lines.filter((line) => line.includes('"message":"operation"') && line.includes(`"operation":"${operation}"`))
    .length;
}

/** The records of the audit, whose chain is whole. */
async function auditOf({ base }: Stack): Promise<readonly AuditRecord[]> {
  const look = checkAudit(await (await fetch(`${base}/audit`)).text());
  if (!look.ok) throw new Error(look.reason);
  expect(look.chain).toEqual({ ok: true });
  return look.records;
}

/** What the healer's state file holds, also what has left the write-ahead log for the file itself. */
function stateOf({ dir }: Stack): string {
  const parts = ["state.sqlite", "state.sqlite-wal"].map((name) => join(dir, "healer", name));
  return parts.map((file) => (existsSync(file) ? readFileSync(file, "latin1") : "")).join();
}

const patiently = { timeout: 60_000, interval: 10 };
const HEALED = ["detected", "classified", "decided", "action.started", "action.finished", "verified", "closed"];

async function killedAt(moment: string, setting: Readonly<Record<string, string>> = {}): Promise<void> {
  stack = await start(setting);
  const here = stack;
  const [healer, victim] = [await pidOf(here, "healer"), await pidOf(here, "inference-1")];
  // Nothing is held against a replica before the healer has seen the whole stack well.
  await vi.waitFor(() => expect(stateOf(here)).toContain("was well"), patiently);
  process.kill(victim ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(about(here, "inference-1")).toContain(moment), patiently);
  process.kill(healer ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(about(here, "inference-1")).toContain("closed"), patiently);
  await vi.waitFor(() => expect(about(here, "healer")).toContain("closed"), patiently);

  expect(about(here, "inference-1")).toEqual(HEALED);
  expect(about(here, "healer")).toEqual(HEALED);
  expect(carriedOut(here, "restart-replica")).toBe(1);
  expect(await pidOf(here, "inference-1")).not.toBe(victim);
  expect(await pidOf(here, "healer")).not.toBe(healer);
  const actors = here.claims.map(({ data }) => `${data.actor} of ${data.scope.replica}`);
  expect(new Set(actors)).toEqual(new Set(["healer of inference-1", "supervisor of healer"]));
  // A record may come up to a second after its claim.
  const written = await vi.waitFor(async () => {
    const records = await auditOf(here);
    expect(records.filter(({ what }) => what === "closed")).toHaveLength(2);
    return records;
  }, patiently);
  for (const [principal, replica] of [
    ["healer", "inference-1"],
    ["supervisor", "healer"],
  ] as const) {
    const incident = here.claims.find(({ data }) => data.scope.replica === replica)?.subject;
    const own = written.filter((record) => record.incident === incident);
    expect(own.map(({ what }) => what)).toEqual(HEALED);
    expect(new Set(own.map((record) => record.principal))).toEqual(new Set([principal]));
  }
}

it.each(["detected", "decided", "action.started", "action.finished", "verified"])(
  "killed as it claims %s, the healer goes on where it was, and the replica is restarted once",
  (moment) => killedAt(moment),
);

it.skipIf(noRestate !== undefined)("goes on in the same way when a Restate server keeps its cases", async () => {
  await using server = await startRestate();
  await killedAt("action.finished", {
    STACK_HEALER_ENGINE: "restate",
    STACK_HEALER_ENGINE_PORT: String(await freePort()),
    STACK_RESTATE_INGRESS_URL: server.ingress,
    STACK_RESTATE_ADMIN_URL: server.admin,
  });
});
