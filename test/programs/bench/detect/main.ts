// `npm run bench:detect -- --nab DIR [--only ensemble]`: how good the healer's detectors are: on the Numenta Anomaly
// Benchmark, whose data lie in DIR (data, labels and config of github.com/numenta/NAB), and on drift and leaks made
// here.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { driftTable } from "./drift.ts";
import { DETECTORS } from "./detectors.ts";
import { leakTable } from "./leaks.ts";
import { readNab, readProfile } from "./nab-data.ts";
import { judge, normalised, type Results } from "./nab-score.ts";
import { searchNested } from "./nested.ts";
import { recordedTable } from "./recorded.ts";
import { delaysAt, runOn } from "./run.ts";
import { readRecording, recordingFile } from "../../record-faults/recording.ts";

const { values } = parseArgs({
  options: {
    nab: { type: "string" },
    profile: { type: "string", default: "standard" },
    only: { type: "string", default: "" },
    /** Choose an ensemble anew without each folder, too: some minutes. */
    nested: { type: "boolean", default: false },
    /** Another recording of faults than the one that is kept here. */
    recording: { type: "string", default: recordingFile() },
  },
});
const given = resolve(values.nab ?? "");
const LABELS = "labels/combined_windows.json";
const ARCHIVE = "nab-data.tar.gz";
if (values.nab === undefined || ![LABELS, ARCHIVE].some((name) => existsSync(join(given, name)))) {
  console.error(
    `--nab ${values.nab ?? ""}: expected a folder with ${LABELS}, config/profiles.json and data/, or with ${ARCHIVE}`,
  );
  process.exit(3);
}

const read = readAll();
if (read === undefined) process.exit(3);
const { files, profile } = read;
const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
console.log(`NAB, profile ${values.profile}: ${files.length} files, ${windows} windows`);
console.log(`all windows at their begin and nothing else: ${normalised(profile.tp * windows, files, profile)}`);
console.log("Held out is the threshold: fitted on all folders but one, scored on that one, mean of the folders.");
console.log(
  "Settings of the ensemble were searched, of others chosen, with all files in sight; --nested chooses anew.\n",
);

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
    `  threshold ${results.threshold.toFixed(3)}: ${seen} of ${windows} windows, ${falseAlarms} rows outside; half and nine tenths within ${late} samples`,
  );
  console.log(`  by folder ${foldersText(results)}; ${nsPerSample.toFixed(0)} ns per sample`);
}
if (values.nested) {
  console.log("\nAn ensemble whose members and weights are chosen anew without each folder");
  const { mean } = searchNested(files, profile, console.log);
  console.log(`  nested: ${mean.toFixed(1)} (mean of the folders)`);
}
console.log(`\n${driftTable()}\n\n${leakTable()}\n\n${recordedText()}`);

/**
 * A folder that is not whole is the user's to mend: one line, and no stack. An archive is unpacked and removed again.
 */
function readAll(): { files: ReturnType<typeof readNab>; profile: ReturnType<typeof readProfile> } | undefined {
  const unpacked = existsSync(join(given, LABELS)) ? undefined : mkdtempSync(join(tmpdir(), "rebound-nab-"));
  try {
    if (unpacked !== undefined) execFileSync("tar", ["xzf", join(given, ARCHIVE), "-C", unpacked]);
    const folder = unpacked ?? given;
    return { profile: readProfile(folder, values.profile), files: readNab(folder) };
  } catch (error) {
    console.error(`${given}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    if (unpacked !== undefined) rmSync(unpacked, { recursive: true });
  }
}

function recordedText(): string {
  if (!existsSync(values.recording))
    return `no recording of faults at ${values.recording}: npm run record:faults makes one`;
  return recordedTable(readRecording(values.recording));
}

function heldOutText({ heldOutMean, heldOutPooled }: Results): string {
  return `held out ${heldOutMean.toFixed(1)} (mean of the folders), ${heldOutPooled.toFixed(1)} (all together)`;
}

function foldersText({ heldOut }: Results): string {
  const one = ({ folder, score, raw }: Results["heldOut"][number]): string =>
    Number.isFinite(score) ? `${folder} ${score.toFixed(0)}` : `${folder} ${raw.toFixed(2)} raw`;
  return heldOut.map(one).join(", ");
}
