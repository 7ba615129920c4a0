// `npm run calibrate:healer [-- --seconds 720 --per-day 1 --suspicions-per-day 2 --dry-run]`: records a healthy stack
// and writes the limits of the healer's statistical detectors, with where they come from; the healer reads them when it
// starts. Best on a machine that does nothing else: limits from a busy one are higher than they need be.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { limitsFile, type Limits } from "../../../targets/reference-ai-stack/healer/detection/limits.ts";
import { endOnSignals } from "../stack/boot.ts";
import { looksOf } from "./latency-walk.ts";
import { limitsOf } from "./limits-of.ts";
import { LOAD, record, type Recording } from "./record.ts";

const root = resolve(import.meta.dirname, "../../../..");
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "720" },
    "per-day": { type: "string", default: "1" },
    "suspicions-per-day": { type: "string", default: "2" },
    cache: { type: "string", default: join(root, ".cache/reference-ai-stack") },
    /** A recording to take instead of a new one, or to write a new one to. */
    from: { type: "string" },
    keep: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const falseAlarmsPerDay = Number(values["per-day"]);
const suspicionsPerDay = Number(values["suspicions-per-day"]);
if (!(seconds >= 60 && seconds <= 86_400) || !(falseAlarmsPerDay > 0) || !(suspicionsPerDay > 0)) {
  console.error("expected --seconds from 60 to 86400 and --per-day and --suspicions-per-day above 0");
  process.exit(3);
}

endOnSignals();
await promisify(execFile)(process.execPath, [join(root, "dist/targets/reference-ai-stack/prepare.js")], {
  env: { ...process.env, STACK_CACHE_DIR: values.cache },
});
const seed = 1;
const days = 5;
const git = await promisify(execFile)("git", ["-C", root, "rev-parse", "--short", "HEAD"]);
const recording =
  values.from === undefined
    ? await record(root, values.cache, { seconds, commit: git.stdout.trim() })
    : (JSON.parse(await readFile(values.from, "utf8")) as Recording);
if (values.keep !== undefined) await writeFile(values.keep, JSON.stringify(recording));
const count = (lists: Readonly<Record<string, readonly unknown[]>>): number => Object.values(lists).flat().length;
const limits: Limits = {
  version: 1,
  provenance: {
    recordedAt: recording.recordedAt,
    // A limit is of the build that looked, not of the one that computes.
    commit: recording.commit ?? "unknown: the recording does not say",
    ...(recording.periodsMs && { periodsMs: recording.periodsMs }),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`,
    load: LOAD,
    seconds: recording.seconds,
    samples: {
      questions: recording.sent,
      trafficLooks: recording.traffic.length,
      judgedTrafficLooks: looksOf(recording.traffic).looks.length,
      selfRetrievalLooks: count(recording.selfRetrieval),
    },
    method: `moving-block bootstrap, blocks of 5 s, ${days} days; shares at their 95 % upper bound; the dearest replica's limit`,
    falseAlarmsPerDay,
    suspicionsPerDay,
    seed,
  },
  ...limitsOf(recording, { falseAlarmsPerDay, suspicionsPerDay, days, seed }),
};
const text = `${JSON.stringify(limits, null, 2)}\n`;
console.log(text);
if (!values["dry-run"]) await writeFile(limitsFile(), text);
