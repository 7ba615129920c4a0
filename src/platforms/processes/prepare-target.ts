// Runs a target's prepare command: once per run, idempotent, fills the cache folder.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { HarnessError, messageOf } from "../../core/errors.ts";
import type { PrepareHow } from "../../core/platform.ts";
import type { Target, TargetCommand } from "../../core/target.ts";
import type { UndoJournal } from "../../core/undo.ts";
import { baseEnvironment, fillCommand, keyValues } from "./environment.ts";
import { redact } from "./stack-log.ts";
import { endInstance } from "./process-table.ts";
import { waysInto } from "./ways.ts";
import { refuseUnlessAllowed } from "../starting/allowed.ts";
import { inventoryOf } from "./start-target.ts";

/** Lines of output kept for the error message. */
const keptLines = 15;

/**
 * Runs `prepare.command` if there is one, handing over its output line by line. Throws HarnessError "environment" when
 * it fails or takes longer than its timeout, "interrupted" on the signal; its processes are ended either way.
 */
export async function prepareTarget(target: Target, options: PrepareHow): Promise<void> {
  const { cacheDir, onLine, signal, journal } = options;
  refuseUnlessAllowed(target);
  inventoryOf(target);
  const { prepare } = target;
  if (prepare === undefined) return;
  await mkdir(cacheDir, { recursive: true });
  const timeout = AbortSignal.timeout(prepare.timeoutMs);
  const said: string[] = [];
  const secrets = keyValues(target);
  const note = (line: string): void => {
    const clean = redact(line, secrets);
    said.push(clean);
    if (said.length > keptLines) said.shift();
    onLine(clean);
  };
  const exit = await runToEnd(target, prepare, cacheDir, {
    note,
    signal: AbortSignal.any([signal, timeout]),
    journal,
  });
  if (exit === "0") return;
  if (signal.aborted) throw new HarnessError("interrupted", `ended while target ${target.name} was being prepared`);
  const what = timeout.aborted ? `took longer than ${prepare.timeoutMs} ms` : `failed (${exit})`;
  throw new HarnessError("environment", `preparing target ${target.name} ${what}:\n${said.join("\n")}`);
}

interface Watch {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
  readonly journal: UndoJournal;
}

/** Exit code or signal, in words. */
async function runToEnd(target: Target, prepare: TargetCommand, cacheDir: string, watch: Watch): Promise<string> {
  const marker = `prepare-${randomUUID()}`;
  const { file, args } = fillCommand(prepare.command, { cacheDir });
  const seq = await waysInto(watch.journal).intend({ kind: "process", marker });
  const child = spawn(file, args, {
    cwd: target.dir,
    env: baseEnvironment(prepare.env, { cacheDir }, marker),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const reading = [child.stdout, child.stderr].map((stream) => readLines(stream, watch.note));
  const end = (): void => void endInstance({ marker }, 500);
  watch.signal.addEventListener("abort", end, { once: true });
  if (watch.signal.aborted) end();
  try {
    const exit = await new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(messageOf(error)));
      child.once("close", (code, by) => resolve(String(code ?? by)));
    });
    await Promise.all(reading);
    return exit;
  } finally {
    watch.signal.removeEventListener("abort", end);
    const { remaining } = await endInstance({ marker }, 500);
    if (remaining.length === 0) await watch.journal.done(seq);
  }
}

async function readLines(stream: Readable, note: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) note(line);
}
