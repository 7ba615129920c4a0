// Telemetry of our own faults, as the healer's eyes saw it on a stack without a healer: what was seen, and when what
// was broken.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Observation } from "../../../targets/reference-ai-stack/healer/nouns.ts";
import { projectRoot } from "../../../targets/reference-ai-stack/config.ts";

/** One fault; times in ms on the recording's clock. */
export interface Episode {
  readonly fault: string;
  readonly replica: string;
  readonly from: number;
  readonly to: number;
  /** From here on the stack was well again: between `to` and this nothing is judged. */
  readonly wellAt: number;
}

export interface FaultRecording {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly commit: string;
  readonly machine: string;
  readonly perSecond: number;
  /** Load average of the last minute before the first fault and after the last one. */
  readonly busy: readonly [before: number, after: number];
  /** In order of arrival; each of the gateway's samples once. */
  readonly seen: readonly Observation[];
  readonly episodes: readonly Episode[];
}

/** Where the recording lies that the bench scores. */
export function recordingFile(): string {
  return join(projectRoot(), "test/fixtures/recorded-faults.json.gz");
}

export function writeRecording(recording: FaultRecording, file: string = recordingFile()): void {
  writeFileSync(file, gzipSync(JSON.stringify({ ...recording, seen: slim(recording.seen) }), { level: 9 }));
}

/** Throws for what is not one. */
export function readRecording(file: string = recordingFile()): FaultRecording {
  const recording = JSON.parse(gunzipSync(readFileSync(file)).toString()) as FaultRecording;
  if (recording.version !== 1 || !Array.isArray(recording.seen)) throw new Error(`${file} is no recording of faults`);
  return recording;
}

/** The gateway repeats its samples of the last seconds; each is kept at the look that brought it. */
function slim(seen: readonly Observation[]): readonly Observation[] {
  const known = new Map<string, number>();
  return seen
    .filter(({ kind }) => kind !== "embeddings" && kind !== "questions")
    .map((one) => {
      if (one.kind !== "traffic") return one;
      const upstreams = one.upstreams.map((view) => {
        const before = known.get(view.replica) ?? -1;
        const recent = view.recent.filter(({ seq }) => seq > before);
        known.set(
          view.replica,
          recent.reduce((top, { seq }) => Math.max(top, seq), before),
        );
        return { ...view, recent: recent.map((sample) => ({ ...sample, ms: Math.round(10 * sample.ms) / 10 })) };
      });
      return { ...one, upstreams };
    });
}
