// How many trials a claim takes, in words.

import { formatDuration } from "../core/duration.ts";
import { counted, lowerBoundBesideText, shareText } from "../core/text.ts";
import type { ClaimTrials } from "../verdict/trials-for-claim.ts";
import { oneLine } from "./text.ts";

/** What `--trials` takes at most. */
const mostTrials = 1000;

/** The claim as it was typed; a table of failures and trials; what a trial counts as; a line or two for each intent. */
export function claimLines({ claim, example, needed, intents }: ClaimTrials, typed: string): readonly string[] {
  const { measure, confidence } = claim;
  const whole = `${oneLine(typed)}${/confidence/i.test(typed) ? "" : ` at ${percent(confidence)} confidence`}`;
  const chance = `comes out if it is kept in ${percent(example)}`;
  return [
    `claim: ${whole} (of all trials, that share or more)`,
    "",
    `failures borne  trials  ${chance}`,
    ...needed.map(({ failures, trials, chance: of }) =>
      [String(failures).padStart(14), String(trials).padStart(6), shareText(of).padStart(chance.length)].join("  "),
    ),
    "",
    `A failure is a treatment trial with no ${measure}, or one that may be longer than the bound. What tells nothing`,
    "(invalid, inconclusive) is run again. Choose the line before the first trial: who goes on after a failure that",
    "was not to be borne shows less.",
    ...intents.flatMap((one) => intentLines(one, { claim, trials: needed[0]?.trials ?? 0 })),
  ];
}

function intentLines(
  { intent, file, planned, plannedShows, blockMs, watchMs }: ClaimTrials["intents"][number],
  { claim, trials }: Pick<ClaimTrials, "claim"> & { readonly trials: number },
): readonly string[] {
  const run =
    trials <= mostTrials
      ? `\`rebound run ${oneLine(file)} --trials ${trials}\`, about ${formatDuration(trials * blockMs)} with all arms`
      : `more trials than the ${mostTrials} of one run`;
  const short = `  it is watched for ${formatDuration(watchMs)}: what takes longer is a failure, within the bound or not`;
  return [
    "",
    `${oneLine(intent)}: ${run}`,
    `  it plans ${counted(planned, "treatment trial")}; without a failure they show ${lowerBoundBesideText(plannedShows, claim.share)}`,
    ...(watchMs < claim.withinMs ? [short] : []),
  ];
}

/** Not rounded but for what arithmetic adds: it would be another share. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`;
}
