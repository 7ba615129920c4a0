// What earlier runs beside this one have evidence on: just enough of their run.json to say how fresh the scorecard is.
// Old runs and broken ones are listed, never fatal: freshness is a remark, not a verdict.

import { armNames, isControl, isTreatment } from "../core/arms.ts";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import { faultsName } from "../core/plan.ts";
import { parseJson } from "../lib/json-text.ts";
import type { History, PastEvidence } from "../core/scorecard.ts";
import { runFoldersIn } from "./latest.ts";
import { explainIssues } from "./validate.ts";

/** At most so many earlier runs are read, newest first (by the time their run.json was written). */
const mostRuns = 30;
/** Of older runs so many are named. */
const mostNamed = 3;
/** A larger run.json is not read, bytes. */
const mostBytes = 64 * 2 ** 20;

/** Only what is needed, from every version of run.json so far. */
const pastRun = z.object({
  runId: z.string(),
  endedAt: z.string().refine((text) => Number.isFinite(Date.parse(text)), "a time"),
  intents: z.array(
    z.object({
      target: z.string(),
      trials: z.array(
        z.object({
          plan: z.object({
            arm: z.string(),
            disturbances: z.array(z.object({ fault: z.string(), harmless: z.literal(true).optional() })).optional(),
            expect: z.object({ recovered: z.object({ by: z.string() }).optional() }),
          }),
          verdict: z.object({ outcome: z.string() }),
        }),
      ),
    }),
  ),
});

/** The runs in the folder that `runDir` lies in, itself left out; bounded in number and size, and never rejects. */
export async function readHistory(runDir: string): Promise<History> {
  const outDir = dirname(resolve(runDir));
  const own = basename(resolve(runDir));
  const folders = (await runFoldersIn(outDir)).filter((name) => name !== own);
  const found = await Promise.all(folders.map((name) => lookAt(join(outDir, name, "run.json"), name)));
  const all = found.flatMap((one) => one ?? []).sort((a, b) => b.writtenMs - a.writtenMs);
  const runs: PastEvidence[] = [];
  const unread: string[] = [];
  for (const one of all.slice(0, mostRuns)) {
    const result = await readPast(one);
    if (typeof result === "string") unread.push(`${one.name}: ${result}`);
    else {
      runs.push(result.evidence);
      if (result.lacks !== undefined) unread.push(`${one.name}: ${result.lacks}`);
    }
  }
  return { runs, unread: [...unread, ...tooOld(all.slice(mostRuns).map(({ name }) => name))] };
}

/** One remark for all of them: there may be hundreds. */
function tooOld(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  return [`${names.slice(0, mostNamed).join(", ")}${more}: only the ${mostRuns} newest runs are read`];
}

interface Found {
  readonly file: string;
  readonly name: string;
  readonly writtenMs: number;
  readonly bytes: number;
}

/** A folder without run.json is no run, or one that is under way. */
async function lookAt(file: string, name: string): Promise<Found | undefined> {
  const there = await stat(file).catch(() => undefined);
  return there?.isFile() === true ? { file, name, writtenMs: there.mtimeMs, bytes: there.size } : undefined;
}

/** What a run has evidence on, and what of it cannot be told. */
interface ReadPast {
  readonly evidence: PastEvidence;
  readonly lacks?: string;
}

/** What the run has evidence on, or why that cannot be said. */
async function readPast({ file, bytes }: Found): Promise<ReadPast | string> {
  if (bytes > mostBytes) return `run.json is larger than ${mostBytes / 2 ** 20} MiB`;
  try {
    const parsed = pastRun.safeParse(parseJson(await readFile(file, "utf8")));
    if (!parsed.success) return explainIssues(parsed.error);
    const { runId, endedAt, intents } = parsed.data;
    // Runs of before disturbances were a list.
    const isOld = intents.some(({ trials }) => trials.some(({ plan }) => plan.disturbances === undefined));
    const evidence = { runId, endedAt, pathways: evidenceOf(intents) };
    return { evidence, ...(isOld && { lacks: "it does not tell which faults its trials had" }) };
  } catch (error) {
    return messageOf(error);
  }
}

function evidenceOf(intents: z.infer<typeof pastRun>["intents"]): PastEvidence["pathways"] {
  const seen = new Map<string, { readonly target: string; readonly pathway: string; readonly faults: Set<string> }>();
  for (const { target, trials } of intents) {
    for (const { plan, verdict } of trials) {
      if (verdict.outcome !== "pass" && verdict.outcome !== "fail") continue;
      const arm = armNames.find((name) => name === plan.arm);
      if (arm === undefined) continue;
      const pathway = isControl(arm) ? "hold" : isTreatment(arm) ? plan.expect.recovered?.by : undefined;
      if (pathway === undefined) continue;
      const key = `${target} ${pathway}`;
      const known = seen.get(key) ?? { target, pathway, faults: new Set<string>() };
      if (plan.disturbances !== undefined) {
        known.faults.add(
          faultsName(plan.disturbances.map(({ fault, harmless }) => ({ fault, ...(harmless && { harmless }) }))),
        );
      }
      seen.set(key, known);
    }
  }
  return [...seen.values()].map(({ faults, ...pathway }) => ({ ...pathway, faults: [...faults] }));
}
