// When, where and with what a run was done.

import type { RunDigest } from "../core/digest.ts";
import type { Shard } from "../records/begun.ts";
import { calibrationText, instrumentText } from "./environment-text.ts";
import { decimalText, wallTimeText } from "./figures.ts";
import { governedText, trialsDone } from "./words.ts";

export type RunFacts = readonly { readonly name: string; readonly text: string }[];

/** What stands above the intents. */
export function runFacts(run: RunDigest): RunFacts {
  const { machine } = run;
  const took = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return [
    {
      name: "started",
      text: run.startedAt
        .replace("T", " ")
        .replace(/\.\d+Z$/, "Z")
        .replace("Z", " UTC"),
    },
    { name: "took", text: Number.isFinite(took) ? wallTimeText(took) : "not known" },
    { name: "trials", text: `${trialsDone(run)} of ${run.planned}` },
    ...(run.governor ? [{ name: "side by side", text: governedText(run.governor) }] : []),
    { name: "seed", text: String(run.seed) },
    ...(run.shard ? [{ name: "shard", text: shardText(run.shard) }] : []),
    ...(run.parts === undefined
      ? machineFacts(machine)
      : run.parts.flatMap(({ runId, shard, machine: own }) => [
          { name: "part", text: shard === undefined ? runId : `${runId}, shard ${shardText(shard)}` },
          ...machineFacts(own),
        ])),
    { name: "harness", text: `rebound ${run.harness.version}` },
    { name: "run", text: run.runId },
  ];
}

function machineFacts(machine: RunDigest["machine"]): RunFacts {
  const { cores, memoryBytes, platform, node } = machine;
  const gib = decimalText(memoryBytes / 2 ** 30);
  return [{ name: "machine", text: `${cores} cores, ${gib} GiB, ${platform}, Node ${node}` }];
}

/** How the machine and the harness on it were measured; empty in runs of before it was. */
export function measuredFacts({ machine, parts }: RunDigest): RunFacts {
  if (parts === undefined) return measuredOn(machine);
  return parts.flatMap(({ runId, machine: own }) => {
    const facts = measuredOn(own);
    return facts.length === 0 ? [] : [{ name: "part", text: runId }, ...facts];
  });
}

function measuredOn({ calibration, instrument, workMs }: RunDigest["machine"]): RunFacts {
  return [
    ...(calibration ? [{ name: "calibration", text: calibrationText(calibration) }] : []),
    ...(instrument ? [{ name: "instrument", text: instrumentText(instrument) }] : []),
    ...(workMs === undefined ? [] : [{ name: "fixed work", text: `${decimalText(workMs)} ms` }]),
  ];
}

function shardText({ index, of }: Shard): string {
  return `${index} of ${of}`;
}
