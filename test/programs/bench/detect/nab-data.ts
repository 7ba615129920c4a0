// Reads the Numenta Anomaly Benchmark from a folder: series, labelled windows and the profiles' weights.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** One file of the benchmark. Rows are in the order of time. */
export interface NabFile {
  /** As the labels name it: `realTweets/Twitter_volume_AAPL.csv`. */
  readonly name: string;
  readonly folder: string;
  /** s since 1970. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** First and last row of each labelled window, both included. */
  readonly windows: readonly (readonly [first: number, last: number])[];
}

/** Weights of a true positive, a false positive and a false negative. */
export interface Profile {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const profilesSchema = z.record(
  z.string(),
  z.object({ CostMatrix: z.object({ tpWeight: z.number(), fpWeight: z.number(), fnWeight: z.number() }) }),
);

/** All files that the labels name, sorted by name. Throws when one is missing, or a window ends where no row is. */
export function readNab(folder: string): readonly NabFile[] {
  const labels = windowsSchema.parse(JSON.parse(readFileSync(join(folder, "labels/combined_windows.json"), "utf8")));
  return Object.keys(labels)
    .sort()
    .map((name) => readNabFile(folder, name, labels[name] ?? []));
}

function readNabFile(folder: string, name: string, labels: readonly (readonly [string, string])[]): NabFile {
  const lines = readFileSync(join(folder, "data", name), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1);
  const stamps = lines.map((line) => line.split(",")[0] ?? "");
  const rowOf = (stamp: string): number => {
    const row = stamps.indexOf(stamp.slice(0, 19));
    if (row < 0) throw new Error(`${name}: a window ends at ${stamp}, where no row is`);
    return row;
  };
  return {
    name,
    folder: name.split("/")[0] ?? "",
    times: Float64Array.from(stamps, (stamp) => Date.parse(`${stamp.replace(" ", "T")}Z`) / 1000),
    values: Float64Array.from(lines, (line) => Number(line.split(",")[1])),
    windows: labels.map(([from, to]) => [rowOf(from), rowOf(to)] as const),
  };
}

/** The weights of a profile, such as `standard`. */
export function readProfile(folder: string, name: string): Profile {
  const profiles = profilesSchema.parse(JSON.parse(readFileSync(join(folder, "config/profiles.json"), "utf8")));
  const weights = profiles[name]?.CostMatrix;
  if (weights === undefined) throw new Error(`no profile ${name} among ${Object.keys(profiles).join(", ")}`);
  return { tp: weights.tpWeight, fp: weights.fpWeight, fn: weights.fnWeight };
}
