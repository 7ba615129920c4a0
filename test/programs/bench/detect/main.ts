// `npm run bench:detect -- --nab DIR [--only ensemble]`: how good the healer's detectors are: on the Numenta Anomaly
// Benchmark, whose data lie in DIR (data, labels and config of github.com/numenta/NAB), and on drift and leaks made
// here.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { driftTable } from "./drift.ts";
import { DETECTORS } from "./detectors.ts";
import { leakTable } from "./leaks.ts";
import { readNab, readProfile } from "./nab-data.ts";
import { judge, normalised, type Results } from "./nab-score.ts";
import { delaysAt, runOn } from "./run.ts";

const { values } = parseArgs({
  options: {
    nab: { type: "string" },
    profile: { type: "string", default: "standard" },
    only: { type: "string", default: "" },
  },
});
const folder = resolve(values.nab ?? "");
if (values.nab === undefined || !existsSync(join(folder, "labels/combined_windows.json"))) {
  console.error(
    `--nab ${values.nab ?? ""}: expected a folder with labels/combined_windows.json, config/profiles.json and data/`,
  );
  process.exit(3);
}

const { files, profile } = readAll();
const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
console.log(`NAB, profile ${values.profile}: ${files.length} files, ${windows} windows`);
console.log(`all windows at their begin and nothing else: ${normalised(profile.tp * windows, files, profile)}`);
console.log("Settings were chosen with all files in sight; held out is the threshold, one folder at a time.\n");

const quantile = (sorted: readonly number[], share: number): string =>
  String(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? "–");

for (const { name, open, published } of DETECTORS.filter((one) => one.name.includes(values.only))) {
  const { scored, nsPerSample } = runOn(files, open);
  const results = judge(scored, profile);
  const { seen, falseAlarms, delays } = delaysAt(scored, results.threshold);
  const elsewhere = published === undefined ? "" : ` (published ${published})`;
  console.log(`${name}: fitted ${results.fitted.toFixed(1)}${elsewhere}, ${heldOutText(results)}`);
  const late = [0.5, 0.9].map((share) => quantile(delays, share)).join(" and ");
  console.log(
    `  ${seen} of ${windows} windows, ${falseAlarms} rows outside; half and nine tenths within ${late} samples`,
  );
  console.log(`  by folder ${foldersText(results)}; ${nsPerSample.toFixed(0)} ns per sample`);
}
console.log(`\n${driftTable()}\n\n${leakTable()}`);

/** A folder that is not whole is the user's to mend: one line, and no stack. */
function readAll(): { files: ReturnType<typeof readNab>; profile: ReturnType<typeof readProfile> } {
  try {
    return { profile: readProfile(folder, values.profile), files: readNab(folder) };
  } catch (error) {
    console.error(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(3);
  }
}

function heldOutText({ heldOutMean, heldOutPooled }: Results): string {
  return `held out ${heldOutMean.toFixed(1)} (mean of the folders), ${heldOutPooled.toFixed(1)} (all together)`;
}

function foldersText({ heldOut }: Results): string {
  const one = ({ folder, score, raw }: Results["heldOut"][number]): string =>
    Number.isFinite(score) ? `${folder} ${score.toFixed(0)}` : `${folder} ${raw.toFixed(2)} raw`;
  return heldOut.map(one).join(", ");
}
